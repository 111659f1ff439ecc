using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Checkpoints;

/// <summary>
/// Fits the tensors of a file to the parameters and buffers of a module, by name and shape, all or nothing. Nothing is
/// skipped in silence: a silently missing tensor is a randomly initialised layer.
/// </summary>
public static class StrictLoader
{
    /// <summary>Copies every parameter and buffer of <paramref name="module"/> from the file; types are converted, strides kept.</summary>
    /// <param name="module">The module to fill.</param>
    /// <param name="file">The file to read.</param>
    /// <param name="prefix">What stands before the module's own names in the file, such as `trunk.`; tensors without it are not looked at.</param>
    /// <param name="ignoreInFile">Tensors of the file (full names) that the module is known not to have.</param>
    /// <param name="ignoreInModule">Names of the module (without prefix) that the file is known not to have; they stay as they are.</param>
    /// <exception cref="CheckpointException">A tensor is missing, extra or of another shape. The module is then unchanged.</exception>
    public static void Load(
        nn.Module module,
        SafetensorsFile file,
        string prefix = "",
        Func<string, bool>? ignoreInFile = null,
        Func<string, bool>? ignoreInModule = null)
    {
        var state = module.state_dict()
            .Where(t => ignoreInModule?.Invoke(t.Key) != true)
            .ToDictionary(t => prefix + t.Key, t => t.Value, StringComparer.Ordinal);
        Check(module, file, prefix, state, ignoreInFile);

        using var noGrad = no_grad();
        foreach (var (name, target) in state)
        {
            using var scope = NewDisposeScope();
            target.copy_(file.Load(name));
        }
    }

    private static void Check(nn.Module module, SafetensorsFile file, string prefix, Dictionary<string, Tensor> state, Func<string, bool>? ignoreInFile)
    {
        foreach (var (name, target) in state)
        {
            if (!file.Contains(name))
            {
                throw new CheckpointException(file.Path, $"{module.GetName()} needs it with shape [{string.Join(", ", target.shape)}], but the file lacks it",
                    "Use the file that belongs to this configuration", name);
            }

            var stored = file.Entry(name).Shape;
            if (!stored.SequenceEqual(target.shape))
            {
                throw new CheckpointException(file.Path,
                    $"the file has shape [{string.Join(", ", stored)}], {module.GetName()} needs [{string.Join(", ", target.shape)}]",
                    "Use the file that belongs to this configuration", name);
            }
        }

        var extra = file.Entries.FirstOrDefault(e => e.Name.StartsWith(prefix, StringComparison.Ordinal)
            && !state.ContainsKey(e.Name) && ignoreInFile?.Invoke(e.Name) != true);
        if (extra is not null)
        {
            throw new CheckpointException(file.Path, $"{module.GetName()} has no place for it (shape [{string.Join(", ", extra.Shape)}])",
                "Use the file that belongs to this configuration", extra.Name);
        }
    }
}
