using System.Text.Json;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Cli.Features;
using SparseClip.Vlm.Inference.Tests.Pipeline;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Cli.Tests.Features;

/// <summary>What the commands of features print and refuse. What they compute is tested where their classes are.</summary>
public sealed class FeatureCommandTests(TinyBundle bundle)
{
    [Fact]
    public async Task A_feature_is_shown_by_its_number_and_by_its_name()
    {
        var (exitCode, output, error) = await CommandLine.RunAsync("features", "show", "0", "--model", bundle.Folder, "--json");
        Assert.True(exitCode == 0, error);
        var shown = JsonDocument.Parse(output).RootElement;
        Assert.Equal(0, shown.GetProperty("feature").GetProperty("id").GetProperty("value").GetInt32());
        var name = shown.GetProperty("feature").GetProperty("name").GetString()!;
        var (_, byName, _) = await CommandLine.RunAsync("features", "show", name, "--model", bundle.Folder);
        Assert.StartsWith("0  ", byName, StringComparison.Ordinal);
        Assert.Contains($"steered as '{name}'", byName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_feature_that_is_not_there_is_refused()
    {
        Assert.Contains("this model has 0 to", await CommandLine.RefusedAsync("features", "show", "99999", "--model", bundle.Folder), StringComparison.Ordinal);
        Assert.Contains("features search", await CommandLine.RefusedAsync("features", "show", "xqzvwk", "--model", bundle.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_is_written_where_it_is_asked_for()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, output, error) = await CommandLine.RunAsync("features", "report", "--model", bundle.Folder, "--out", folder.File("page"));
        Assert.True(exitCode == 0, error);
        Assert.True(File.Exists(output.Trim()));
    }

    [Fact]
    public async Task Features_of_another_tower_are_refused_before_anything_is_encoded()
    {
        using var data = new TinyDataFolder();
        var tower = Path.Combine(DefaultParts.Bundle(), "tower.safetensors");
        var line = await CommandLine.RefusedAsync(
            "features", "build", "--tower", tower, "--data", data.Path, "--features", Path.Combine(bundle.Folder, "features.bin"), "--out", Path.Combine(data.Path, "out"));
        Assert.Contains("they do not belong together", line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(data.Path, "out")));
    }

    [Fact]
    public void What_the_language_model_answered_goes_on_where_it_stopped_and_begins_anew_for_another_model()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("causal.jsonl");
        using (var file = new CausalNameFile(path, "model", "A telephone."))
        {
            file.Add(7, "A dog.");
            file.Add(3, "");
        }

        File.AppendAllText(path, "{\"feature\":9,\"ans");
        using (var file = new CausalNameFile(path, "model", "A telephone."))
        {
            Assert.Equal(new Dictionary<int, string> { [7] = "A dog.", [3] = "" }, file.Known);
            file.Add(9, "cat");
        }

        Assert.Equal(("A telephone.", "cat"), (CausalNameFile.Read(path).Blind, CausalNameFile.Read(path).Answers[9]));
        using var other = new CausalNameFile(path, "another model", "");
        Assert.Empty(other.Known);
    }

    [Fact]
    public void A_file_that_holds_something_else_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("causal.jsonl");
        File.WriteAllText(path, "{\"recipe\":\"model\",\"blind\":\"A telephone.\"}\nno name\n");
        Assert.Contains("line 2 cannot be read", Assert.Throws<KeptLinesException>(() => CausalNameFile.Read(path)).Message, StringComparison.Ordinal);
    }
}
