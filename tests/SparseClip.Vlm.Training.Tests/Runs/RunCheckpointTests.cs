using System.Text.Json.Nodes;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Runs;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Tests.Runs;

[Collection(OneThread.Name)]
public sealed class RunCheckpointTests : IDisposable
{
    private const int Steps = 12;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-checkpoint-");

    private string Folder => Path.Combine(_folder.FullName, "checkpoint");

    private string StateFile => Path.Combine(Folder, "state.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_run_that_was_stopped_goes_on_as_if_it_had_not_been()
    {
        manual_seed(3);
        var whole = Train(Steps, Path.Combine(_folder.FullName, "whole"));
        manual_seed(3);
        var first = Train(5, Folder);
        manual_seed(99); // another process begins with other random numbers
        var rest = Train(Steps, Folder);

        Assert.Equal(5, first.Count);
        Assert.Equal([.. whole.Select(Said)], [.. first.Concat(rest).Select(Said)]);

        // Losses of dropped-out rows, the moments' norm of the gradient and the task's own count.
        static string Said(TrainingProgress progress) =>
            $"{progress.Step} {progress.Losses["distance"]:R} {progress.Losses["size"]:R} {progress.GradientNorm:R} {progress.Measures["seen"]}";
    }

    [Fact]
    public void Nothing_to_go_on_from_is_a_beginning() => Assert.Null(RunCheckpoint.Open(Folder, Recipe()).Saved);

    [Fact]
    public void Another_recipe_is_refused_by_its_fields_and_what_to_do()
    {
        Train(2, Folder);
        var other = Recipe();
        other["optimizer"]!["rate"] = 0.25;
        other["seed"] = 2;
        other["init"] = "abc";

        var error = Assert.Throws<CheckpointException>(() => RunCheckpoint.Open(Folder, other));

        Assert.Contains("init is null in the checkpoint, \"abc\" now; optimizer.rate is 0.5 in the checkpoint, 0.25 now; seed is 1 in the checkpoint, 2 now", error.Message, StringComparison.Ordinal);
        Assert.Contains("--out", error.Message, StringComparison.Ordinal);
        Assert.Contains($"delete '{Folder}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_is_new_and_empty_is_no_other_recipe()
    {
        Train(2, Folder);
        var same = Recipe();
        same["teacher"] = null;
        Assert.Equal(2, RunCheckpoint.Open(Folder, same).Saved?.Step);
    }

    [Theory]
    [InlineData("{\"Step\":3,\"TrainedSeconds\":1.5}", "does not say by which recipe")]
    [InlineData("{\"step\":3", "cannot be read")]
    [InlineData("[]", "does not say by which recipe")]
    [InlineData("{\"recipe\":{\"seed\":1}}", "cannot be read")]
    [InlineData(null, "cannot be read")]
    public void A_checkpoint_without_a_recipe_or_a_damaged_one_is_refused_and_stays(string? state, string said)
    {
        Train(2, Folder);
        File.Delete(StateFile);
        if (state is not null)
        {
            File.WriteAllText(StateFile, state);
        }

        var error = Assert.Throws<CheckpointException>(() => RunCheckpoint.Open(Folder, Recipe()));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains("--out", error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Folder, "model.safetensors")));
    }

    [Fact]
    public void A_writing_that_was_cut_short_leaves_the_one_before()
    {
        Train(2, Folder);
        Directory.Move(Folder, Folder + ".old"); // between the two renames
        Directory.CreateDirectory(Folder + ".partial");

        Assert.Equal(2, RunCheckpoint.Open(Folder, Recipe()).Saved?.Step);
        Assert.Single(Train(3, Folder));
        Assert.Equal(["checkpoint"], _folder.EnumerateDirectories().Select(folder => folder.Name));
    }

    [Fact]
    public void A_recipe_has_what_changes_the_result_and_not_the_length()
    {
        var recipe = RunRecipe.Of(new { Minutes = 5.0, Steps = 3, Seed = 1 }, [new("freeze_image", true)]);
        Assert.Equal("""{"seed":1,"freeze_image":true}""", recipe.ToJsonString());
    }

    [Fact]
    public void Content_is_told_apart_wherever_it_lies()
    {
        var (one, other) = (Path.Combine(_folder.FullName, "one"), Path.Combine(_folder.FullName, "other"));
        File.WriteAllText(one, "tower");
        Directory.CreateDirectory(other);
        File.WriteAllText(Path.Combine(other, "tower.safetensors"), "tower");
        File.WriteAllText(Path.Combine(other, "log.jsonl"), "{}");

        Assert.Equal(ContentHash.OfModel(one), ContentHash.OfModel(other));
        File.WriteAllText(one, "another");
        Assert.NotEqual(ContentHash.OfModel(one), ContentHash.OfModel(other));
        Assert.Null(ContentHash.OfModel(Path.Combine(_folder.FullName, "nowhere")));
    }

    private static JsonObject Recipe() => new() { ["seed"] = 1, ["optimizer"] = new JsonObject { ["rate"] = 0.5 } };

    /// <summary>Trains up to a step of a longer run, or goes on.</summary>
    private static List<TrainingProgress> Train(int until, string folder)
    {
        using var scope = NewDisposeScope();
        using var task = new LineTask { Batch = (step, _) => step < until ? LineTask.Points(step) : null };
        var reports = new List<TrainingProgress>();
        new Trainer<Tensor>(
            task, new TrainingSchedule(new TrainingLength(0, Steps), 2, 0.01, 1), new TrainingObserver { ReportEvery = 1, Report = reports.Add },
            new RunKeeping(RunCheckpoint.Open(folder, Recipe()), task, Seconds: 1e9)).Train(TestContext.Current.CancellationToken);
        return reports;
    }
}
