using System.Text.Json;
using SparseClip.Vlm.Inference.Tests.Pipeline;

namespace SparseClip.Vlm.Cli.Tests.Ask;

public sealed class AskCommandTests(TinyBundle bundle)
{
    [Fact]
    public async Task An_answer_comes_as_JSON_with_its_features_and_its_steering()
    {
        var (exitCode, output, error) = await CommandLine.RunAsync(
            "ask", "--model", bundle.Folder, "--image", CommandLine.Picture, "--question", "What?", "--steer", "1=set:1", "--steer", "2=ablate", "--max-tokens", "4", "--json");
        Assert.True(exitCode == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(JsonValueKind.String, json.RootElement.GetProperty("answer").ValueKind);
        Assert.NotEqual(0, json.RootElement.GetProperty("features").GetArrayLength());
        Assert.Equal(
            [1, 2], json.RootElement.GetProperty("steering").GetProperty("applied").EnumerateArray().Select(edit => edit.GetProperty("feature").GetInt32()));
    }

    [Fact]
    public async Task Bad_input_is_one_line_and_exit_code_2()
    {
        var text = Path.GetTempFileName();
        await File.WriteAllTextAsync(text, "Hello.", TestContext.Current.CancellationToken);
        string[] ask = ["ask", "--model", bundle.Folder, "--image", CommandLine.Picture];
        Assert.Contains("100000", await CommandLine.RefusedAsync([.. ask, "--steer", "100000=ablate"]), StringComparison.Ordinal);
        Assert.Contains("FEATURE=OPERATION", await CommandLine.RefusedAsync([.. ask, "--steer", "dog"]), StringComparison.Ordinal);
        Assert.NotEmpty(await CommandLine.RefusedAsync("ask", "--model", bundle.Folder, "--image", text));
        Assert.Contains("does not exist", await CommandLine.RefusedAsync("ask", "--model", "/nowhere", "--image", CommandLine.Picture), StringComparison.Ordinal);
        Assert.Contains("/nowhere.png", await CommandLine.RefusedAsync("ask", "--model", bundle.Folder, "--image", "/nowhere.png"), StringComparison.Ordinal);
        File.Delete(text);
    }
}
