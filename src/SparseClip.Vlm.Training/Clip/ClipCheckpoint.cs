using System.Text.Json;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>
/// A resumable state of a run: <c>model.safetensors</c>, <c>optimizer.safetensors</c> (with how often the features were active, where that is balanced) and <c>state.json</c> in a folder that is written beside and
/// renamed, so that there is always a whole one.
/// </summary>
public sealed record ClipCheckpoint(long Step, double TrainedSeconds)
{
    private const string Model = "model.safetensors";
    private const string Optimizer = "optimizer.safetensors";
    private const string State = "state.json";

    /// <summary>Writes the state of a run.</summary>
    public static void Save(string folder, ClipCheckpoint state, SparseClipModel model, AdamW optimizer, FeatureBalances balances)
    {
        var partial = folder + ".partial";
        if (Directory.Exists(partial))
        {
            Directory.Delete(partial, recursive: true);
        }

        Directory.CreateDirectory(partial);
        using var scope = NewDisposeScope();
        model.Save(Path.Combine(partial, Model));
        SafetensorsWriter.Write(Path.Combine(partial, Optimizer), [.. optimizer.State(), .. balances.State]);
        File.WriteAllText(Path.Combine(partial, State), JsonSerializer.Serialize(state));
        var old = folder + ".old";
        if (Directory.Exists(folder))
        {
            Directory.Move(folder, old);
        }

        Directory.Move(partial, folder);
        if (Directory.Exists(old))
        {
            Directory.Delete(old, recursive: true);
        }
    }

    /// <summary>Restores a run; null when the folder holds none.</summary>
    /// <exception cref="CheckpointException">The checkpoint belongs to another recipe or is damaged.</exception>
    public static ClipCheckpoint? TryLoad(string folder, SparseClipModel model, AdamW optimizer, FeatureBalances balances)
    {
        if (!Directory.Exists(folder) && Directory.Exists(folder + ".old"))
        {
            Directory.Move(folder + ".old", folder);
        }

        if (!File.Exists(Path.Combine(folder, State)))
        {
            return null;
        }

        using (var weights = SafetensorsFile.Open(Path.Combine(folder, Model)))
        {
            StrictLoader.Load(model, weights);
        }

        model.trunk.WeightsChanged();
        using (var moments = SafetensorsFile.Open(Path.Combine(folder, Optimizer)))
        {
            optimizer.Restore(moments);
            balances.Restore(moments);
        }

        return JsonSerializer.Deserialize<ClipCheckpoint>(File.ReadAllText(Path.Combine(folder, State)));
    }
}
