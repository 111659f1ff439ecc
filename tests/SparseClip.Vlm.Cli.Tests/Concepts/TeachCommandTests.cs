using System.Text.Json;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Inference.Tests.Pipeline;

namespace SparseClip.Vlm.Cli.Tests.Concepts;

public sealed class TeachCommandTests(TinyBundle bundle)
{
    [Fact]
    public async Task A_concept_is_taught_listed_steered_by_and_forgotten()
    {
        var folder = Directory.CreateTempSubdirectory("sparseclip-teach-");
        var file = Path.Combine(folder.FullName, "taught.jsonl");
        string[] teach = ["concepts", "teach", "--model", bundle.Folder, "--word", "My zork", "--pictures", CommandLine.Picture, "--taught", file];

        var (exitCode, output, error) = await CommandLine.RunAsync(teach);
        Assert.True(exitCode == 0, error);
        Assert.StartsWith("'my zork' by 1 picture:", output, StringComparison.Ordinal);
        var zork = Assert.Single(TaughtConceptFile.Read(file));
        Assert.Equal(("my zork", 1, bundle.Model.Tower), (zork.Word, zork.Teaching!.Pictures, zork.Teaching.Tower));

        Assert.Contains("taught already", await CommandLine.RefusedAsync(teach), StringComparison.Ordinal);
        Assert.Contains("same picture", await CommandLine.RefusedAsync([.. teach[..^2], CommandLine.Picture, "--taught", file, "--replace"]), StringComparison.Ordinal);
        Assert.Contains("a letter", await CommandLine.RefusedAsync("concepts", "teach", "--model", bundle.Folder, "--word", "12", "--pictures", CommandLine.Picture, "--taught", file), StringComparison.Ordinal);

        var listed = JsonDocument.Parse((await CommandLine.RunAsync("concepts", "list", "--taught", file, "--json")).Output).RootElement;
        Assert.Equal("my zork", listed[0].GetProperty("name").GetString());

        (exitCode, output, error) = await CommandLine.RunAsync(
            "ask", "--model", bundle.Folder, "--image", CommandLine.Picture, "--taught", file, "--steer", "my zork=ablate", "--max-tokens", "4", "--json");
        Assert.True(exitCode == 0, error);
        var applied = JsonDocument.Parse(output).RootElement.GetProperty("steering").GetProperty("applied").EnumerateArray().Select(edit => edit.GetProperty("feature").GetInt32());
        Assert.NotEmpty(applied.Intersect(zork.Weights.Indices.ToArray()));

        (exitCode, output, _) = await CommandLine.RunAsync("concepts", "forget", "the my zork", "--taught", file);
        Assert.Equal((0, "'my zork' is forgotten."), (exitCode, output.Trim()));
        Assert.False(File.Exists(file));
        Assert.Contains("No concept 'my zork'", await CommandLine.RefusedAsync("concepts", "forget", "my zork", "--taught", file), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }
}
