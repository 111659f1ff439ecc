using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>Makes the adapter that a training begins with: in closed form (see <see cref="ClosedFormStart"/>), or from a finished one.</summary>
public static class AdapterStart
{
    /// <summary>An adapter that maps codes near the embeddings of the words they stand for.</summary>
    /// <param name="parts">Tower and language model.</param>
    /// <param name="preset">The recipe.</param>
    /// <param name="concepts">The vocabulary.</param>
    /// <param name="pictures">Training pictures.</param>
    /// <exception cref="ConfigurationException">The preset's windows do not divide the tower's patches.</exception>
    public static AdapterModel Make(AdapterParts parts, AdapterPreset preset, ConceptCodes concepts, StartPictures pictures)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(concepts);
        ArgumentNullException.ThrowIfNull(pictures);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var everyToken = parts.Language.Embed(Scalars.Range(parts.Language.Config.Vocabulary));
        var centre = everyToken.mean([0]);
        var spread = (everyToken - centre).Squared().mean().sqrt().item<float>();
        return Filled(new AdapterModel(Shape(parts, preset, pictures, spread), centre), adapter => ClosedFormStart.Apply(
            adapter,
            new CodedWords(SparseCodes.ToTensor(concepts.Codes), WordEmbeddings(parts, concepts.Words)),
            new CodedPictures(pictures.Pooled, pictures.Patches, WordEmbeddings(parts, pictures.Labels), pictures.Sample),
            preset.Start.Ridge));
    }

    /// <summary>A finished adapter, for a tower whose features mean much what those of its own tower meant; the scales of the codes are found anew.</summary>
    /// <param name="file">The finished adapter.</param>
    /// <param name="parts">Tower and language model.</param>
    /// <param name="preset">The recipe, of the same shape.</param>
    /// <param name="pictures">Training pictures.</param>
    /// <exception cref="CheckpointException">The file is no adapter, or one of another shape.</exception>
    public static AdapterModel From(string file, AdapterParts parts, AdapterPreset preset, StartPictures pictures)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(pictures);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var weights = SafetensorsFile.Open(file);
        var finished = AdapterModel.ReadConfig(weights);
        var config = Shape(parts, preset, pictures, finished.Spread);
        if (finished with { PooledScale = config.PooledScale, PatchScale = config.PatchScale } != config)
        {
            throw new CheckpointException(
                file, $"its shape is {finished}, but tower, language model and preset ask for {config}", "Leave --init out, or take the preset and the language model that it was trained by");
        }

        return Filled(new AdapterModel(config), adapter => StrictLoader.Load(adapter, weights));
    }

    /// <summary>The adapter once it is filled; it is disposed of if that fails.</summary>
    private static AdapterModel Filled(AdapterModel adapter, Action<AdapterModel> fill)
    {
        try
        {
            fill(adapter);
            return adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    private static AdapterConfig Shape(AdapterParts parts, AdapterPreset preset, StartPictures pictures, float spread)
    {
        var patches = (int)pictures.Sample.shape[1] - 1;
        var side = (int)Math.Sqrt(patches);
        if (side % preset.Window != 0)
        {
            throw new ConfigurationException($"The preset's window is {preset.Window}, but the tower has {side} x {side} patches: give a divisor of {side}.");
        }

        var slots = AdapterModel.Slots(pictures.Sample, preset.Window);
        return new AdapterConfig(
            parts.Images.Dimension, preset.Hidden, parts.Language.Config.Width, patches,
            Scale(slots.narrow(1, 0, 1)), Scale(slots.narrow(1, 1, slots.shape[1] - 1)), spread, preset.Window);
    }

    /// <summary>The factor that brings the mean norm to <see cref="AdapterConfig.CodeNorm"/>.</summary>
    private static float Scale(Tensor codes) => AdapterConfig.CodeNorm / Math.Max(1e-6f, codes.Squared().sum([-1]).sqrt().mean().item<float>());

    /// <summary>The mean input embedding of each word's tokens, as it stands within a sentence. [N, d]</summary>
    private static Tensor WordEmbeddings(AdapterParts parts, IReadOnlyList<string> words)
    {
        var tokens = words.Select(word => parts.Tokenizer.Encode(" " + word)).ToList();
        var ids = tensor(tokens.SelectMany(t => t).Select(id => (long)id).ToArray());
        var word = tensor(tokens.SelectMany((t, i) => Enumerable.Repeat((long)i, t.Count)).ToArray());
        var counts = tensor(tokens.Select(t => (float)t.Count).ToArray()).unsqueeze(1);
        return zeros(words.Count, parts.Language.Config.Width).AddRowsInPlace(word, parts.Language.Embed(ids)) / counts;
    }
}
