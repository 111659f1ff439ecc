using SparseClip.Vlm.Modeling.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Clip.Import;

/// <summary>Fills a <see cref="ClipModel"/> from another library's file, all or nothing; no tensor of the file is passed over in silence.</summary>
internal static class ClipWeights
{
    private const string Remedy = "Use the weights that belong to the configuration beside them";

    /// <summary>Compares the configured sizes with the file's before a model of these sizes is built, so that no wrong number asks for all memory.</summary>
    /// <exception cref="CheckpointException">A tensor is missing or of another shape.</exception>
    public static void CheckSizes(ClipConfig config, SafetensorsFile file, ClipTensorNames names)
    {
        var (vision, text, shared) = (config.Vision, config.Text, config.ProjectionWidth);
        foreach (var (name, shape) in new (string, long[])[]
        {
            ("trunk.patch_embedding.weight", [vision.Width, 3, vision.PatchSize, vision.PatchSize]),
            ("trunk.position_embedding", [1 + ((long)vision.GridSide * vision.GridSide), vision.Width]),
            ($"trunk.blocks.{vision.Depth - 1}.mlp.up.weight", [vision.MlpWidth, vision.Width]),
            ("text.token_embedding", [text.VocabularySize, text.Width]),
            ("text.position_embedding", [text.ContextLength, text.Width]),
            ($"text.blocks.{text.Depth - 1}.mlp.up.weight", [text.MlpWidth, text.Width]),
            ("image_projection", [shared, vision.Width]),
            ("text_projection", [shared, text.Width]),
        })
        {
            var source = names.Find(name);
            Check(file, source.Names[0], PartShape(shape, source));
        }
    }

    /// <exception cref="CheckpointException">A tensor is missing, extra or of another shape. The model is then unchanged.</exception>
    public static void Load(ClipModel model, SafetensorsFile file, ClipTensorNames names)
    {
        var state = model.state_dict();
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, target) in state)
        {
            var source = names.Find(name);
            foreach (var found in source.Names)
            {
                Check(file, found, PartShape(target.shape, source));
                used.Add(found);
            }
        }

        if (file.Entries.FirstOrDefault(entry => !used.Contains(entry.Name) && !ClipTensorNames.IsKnownBuffer(entry.Name)) is { } extra)
        {
            throw new CheckpointException(
                file.Path, $"the configured model has no place for it (shape [{string.Join(", ", extra.Shape)}])", Remedy, extra.Name);
        }

        using var noGrad = no_grad();
        foreach (var (name, target) in state)
        {
            using var scope = NewDisposeScope();
            var source = names.Find(name);
            var parts = source.Names.Select(found => file.Load(found)).ToArray();
            var whole = parts.Length == 1 ? parts[0] : cat(parts);
            target.copy_((source.IsTransposed ? whole.t() : whole).reshape(target.shape));
        }
    }

    private static long[] PartShape(long[] shape, TensorSource source) =>
        source.IsTransposed ? [.. shape.Reverse()]
        : source.Names.Count == 1 ? shape
        : [shape[0] / source.Names.Count, .. shape[1..]];

    private static void Check(SafetensorsFile file, string name, long[] wanted)
    {
        var shape = $"[{string.Join(", ", wanted)}]";
        if (!file.Contains(name))
        {
            throw new CheckpointException(file.Path, $"the configured model needs it with shape {shape}, but the file lacks it", Remedy, name);
        }

        // A scalar may be kept as a vector of one.
        var stored = file.Entry(name).Shape;
        if (!stored.SequenceEqual(wanted) && !(wanted.Length == 0 && stored is [1]))
        {
            throw new CheckpointException(file.Path, $"the file has shape [{string.Join(", ", stored)}], the configured model needs {shape}", Remedy, name);
        }
    }
}
