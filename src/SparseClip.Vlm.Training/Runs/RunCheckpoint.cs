using System.Text.Json;
using System.Text.Json.Nodes;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Runs;

/// <summary>
/// The state of a run that can go on: <c>model.safetensors</c>, <c>optimizer.safetensors</c> (with what else the task keeps) and <c>state.json</c> (how far it is, and its
/// recipe), in a folder that is written beside and renamed, so that there is always a whole one.
/// </summary>
public sealed class RunCheckpoint
{
    private const string Model = "model.safetensors";
    private const string Optimizer = "optimizer.safetensors";
    private const string State = "state.json";
    private const string Random = "random";
    private readonly string _folder;
    private readonly JsonObject _recipe;

    private RunCheckpoint(string folder, JsonObject recipe, TrainingState? saved) => (_folder, _recipe, Saved) = (folder, recipe, saved);

    /// <summary>How far the run was when this was opened; null for one that begins.</summary>
    public TrainingState? Saved { get; }

    /// <summary>The model of <see cref="Saved"/>.</summary>
    public string ModelFile => Path.Combine(_folder, Model);

    /// <summary>Looks for the checkpoint of a run.</summary>
    /// <param name="folder">The checkpoint's folder; it need not exist.</param>
    /// <param name="recipe">All that the result depends on.</param>
    /// <exception cref="CheckpointException">The checkpoint there is damaged, of another recipe, or tells of none.</exception>
    public static RunCheckpoint Open(string folder, JsonObject recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        if (!Directory.Exists(folder) && Directory.Exists(folder + ".old"))
        {
            Directory.Move(folder + ".old", folder); // the writing was ended between two renames
        }

        return new RunCheckpoint(folder, recipe, Directory.Exists(folder) ? Read(folder, recipe) : null);
    }

    /// <summary>Takes the saved run.</summary>
    /// <returns>How far it is; null where there is none, and nothing was taken.</returns>
    /// <exception cref="CheckpointException">The checkpoint is damaged or does not fit.</exception>
    public TrainingState? Restore(IResumable task, AdamW optimizer)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(optimizer);
        if (Saved is null)
        {
            return null;
        }

        task.LoadModel(ModelFile);
        using var scope = NewDisposeScope();
        using var kept = SafetensorsFile.Open(Path.Combine(_folder, Optimizer));
        optimizer.Restore(kept);
        task.Restore(kept);
        Generator.Default.set_state(kept.Load(Random).cpu());
        return Saved;
    }

    /// <summary>Writes the state of a run.</summary>
    /// <exception cref="CheckpointException">A file cannot be written.</exception>
    public void Save(TrainingState state, IResumable task, AdamW optimizer)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(optimizer);
        var (partial, old) = (_folder + ".partial", _folder + ".old");
        Remove(partial);
        Directory.CreateDirectory(partial);
        using var scope = NewDisposeScope();
        task.SaveModel(Path.Combine(partial, Model));
        SafetensorsWriter.Write(
            Path.Combine(partial, Optimizer), [.. optimizer.State(), .. task.State, KeyValuePair.Create(Random, Generator.Default.get_state())]);
        File.WriteAllText(Path.Combine(partial, State), JsonSerializer.Serialize(new Kept(state.Step, state.TrainedSeconds, _recipe), ConfigFile.Options));
        Remove(old);
        if (Directory.Exists(_folder))
        {
            Directory.Move(_folder, old);
        }

        Directory.Move(partial, _folder);
        Remove(old);
    }

    private static TrainingState Read(string folder, JsonObject recipe)
    {
        var anew = $"Give another --out, or delete '{folder}' to start anew.";
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, State));
            if (JsonNode.Parse(text) is not JsonObject fields || fields["recipe"] is null)
            {
                throw new CheckpointException($"The checkpoint '{folder}' does not say by which recipe it was trained, as those of earlier versions: it cannot go on. {anew}");
            }

            var kept = JsonSerializer.Deserialize<Kept>(text, ConfigFile.Options)!;
            var differences = RecipeDifference.Between(kept.Recipe, recipe);
            return differences.Count == 0
                ? new TrainingState(kept.Step, kept.TrainedSeconds)
                : throw new CheckpointException($"The checkpoint '{folder}' is of another recipe: {string.Join("; ", differences)}. Take the recipe that it was begun by, or start anew: {anew}");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"The checkpoint '{folder}' cannot be read ({error.Message.TrimEnd('.')}). {anew}", error);
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed record Kept(long Step, double TrainedSeconds, JsonObject Recipe);
}
