using System.Text.Json;
using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Training.Optimization;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>
/// A resumable state of a run: <c>adapter.safetensors</c>, <c>optimizer.safetensors</c> and <c>state.json</c> in a folder that is written beside and
/// renamed, so that there is always a whole one.
/// </summary>
public sealed record AdapterCheckpoint(long Step, double TrainedSeconds)
{
    private const string Adapter = "adapter.safetensors";
    private const string Optimizer = "optimizer.safetensors";
    private const string State = "state.json";

    /// <summary>The adapter of a run so far; null when the folder holds none.</summary>
    public static string? AdapterOf(string folder)
    {
        if (!Directory.Exists(folder) && Directory.Exists(folder + ".old"))
        {
            Directory.Move(folder + ".old", folder);
        }

        var file = Path.Combine(folder, Adapter);
        return File.Exists(file) && File.Exists(Path.Combine(folder, State)) ? file : null;
    }

    /// <summary>Writes the state of a run.</summary>
    /// <exception cref="CheckpointException">A file cannot be written.</exception>
    public static void Save(string folder, AdapterCheckpoint state, AdapterModel adapter, AdamW optimizer)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        ArgumentNullException.ThrowIfNull(optimizer);
        var (partial, old) = (folder + ".partial", folder + ".old");
        Remove(partial);
        Directory.CreateDirectory(partial);
        adapter.Save(Path.Combine(partial, Adapter));
        SafetensorsWriter.Write(Path.Combine(partial, Optimizer), optimizer.State());
        File.WriteAllText(Path.Combine(partial, State), JsonSerializer.Serialize(state));
        Remove(old);
        if (Directory.Exists(folder))
        {
            Directory.Move(folder, old);
        }

        Directory.Move(partial, folder);
        Remove(old);
    }

    /// <summary>Restores a run whose adapter <see cref="AdapterOf"/> found.</summary>
    /// <exception cref="CheckpointException">The checkpoint is damaged or belongs to an adapter of another shape.</exception>
    public static AdapterCheckpoint Load(string folder, AdapterModel adapter, AdamW optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        using (var weights = SafetensorsFile.Open(Path.Combine(folder, Adapter)))
        {
            StrictLoader.Load(adapter, weights);
        }

        using (var moments = SafetensorsFile.Open(Path.Combine(folder, Optimizer)))
        {
            optimizer.Restore(moments);
        }

        var file = Path.Combine(folder, State);
        try
        {
            return JsonSerializer.Deserialize<AdapterCheckpoint>(File.ReadAllText(file)) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new CheckpointException(file, $"it cannot be read ({error.Message})", "Delete the checkpoint's folder to start anew", innerException: error);
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
