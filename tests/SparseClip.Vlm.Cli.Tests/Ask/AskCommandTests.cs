using System.Text.Json;
using SparseClip.Vlm.Core.Models;
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
    public async Task Tokens_are_chosen_as_asked_for()
    {
        // Letters: what the tiny model would rather say is no text.
        var letters = Path.GetTempFileName();
        await File.WriteAllTextAsync(letters, "root ::= [a-z]{8}", TestContext.Current.CancellationToken);
        var greedy = await AnswerAsync("--grammar", letters);
        string[] drawn = ["--grammar", letters, "--temperature", "2", "--seed", "3"];
        Assert.NotEqual(greedy, await AnswerAsync(drawn));
        Assert.Equal(greedy, await AnswerAsync([.. drawn, "--top-k", "1"]));
        Assert.Equal(greedy, await AnswerAsync([.. drawn, "--min-p", "1"]));
        Assert.Equal(greedy, await AnswerAsync([.. drawn, "--top-p", "0.0001"]));
        File.Delete(letters);
        await AnswerAsync("--typical-p", "0.5", "--frequency-penalty", "-1.5", "--presence-penalty", "1");
        foreach (var (name, value) in ((string, string)[])[("--top-k", "-1"), ("--top-p", "0"), ("--min-p", "1.5"), ("--typical-p", "2"), ("--frequency-penalty", "3"), ("--presence-penalty", "-3")])
        {
            Assert.Contains(name, await CommandLine.RefusedAsync("ask", "--model", bundle.Folder, "--image", CommandLine.Picture, name, value), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_answer_keeps_to_a_schema_or_a_grammar()
    {
        var (schema, grammar) = (Path.GetTempFileName(), Path.GetTempFileName());
        await File.WriteAllTextAsync(schema, "{\"type\":\"object\",\"properties\":{\"is\":{\"enum\":[\"dog\",\"cat\"]}},\"required\":[\"is\"]}", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(grammar, "root ::= \"yes\" | \"no\"", TestContext.Current.CancellationToken);
        Assert.Contains(JsonElement.Parse(await AnswerAsync("--max-tokens", "40", "--json-schema", schema)).GetProperty("is").GetString(), (string[])["dog", "cat"]);
        Assert.Contains(await AnswerAsync("--grammar", grammar), (string[])["yes", "no"]);

        string[] ask = ["ask", "--model", bundle.Folder, "--image", CommandLine.Picture];
        Assert.Contains("both given", await CommandLine.RefusedAsync([.. ask, "--json-schema", schema, "--grammar", grammar]), StringComparison.Ordinal);
        Assert.Contains("is no JSON", await CommandLine.RefusedAsync([.. ask, "--json-schema", grammar]), StringComparison.Ordinal);
        Assert.Contains("in line 1", await CommandLine.RefusedAsync([.. ask, "--grammar", schema]), StringComparison.Ordinal);
        File.Delete(schema);
        File.Delete(grammar);
    }

    private async Task<string> AnswerAsync(params string[] options)
    {
        string[] most = options.Contains("--max-tokens") ? [] : ["--max-tokens", "8"];
        var (exitCode, output, error) = await CommandLine.RunAsync(["ask", "--model", bundle.Folder, "--image", CommandLine.Picture, "--json", .. most, .. options]);
        Assert.True(exitCode == 0, error);
        return JsonElement.Parse(output).GetProperty("answer").GetString()!;
    }

    /// <summary>Whoever can write there could have his own code loaded.</summary>
    [Fact]
    public async Task Libraries_in_the_current_directory_are_left_alone()
    {
        var folder = Directory.CreateTempSubdirectory();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "runtimes"), "lib*.so", SearchOption.AllDirectories))
        {
            var here = Path.Combine(folder.FullName, Path.GetRelativePath(AppContext.BaseDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(here)!);
            await File.WriteAllTextAsync(here, "no library", TestContext.Current.CancellationToken);
        }

        var (exitCode, _, error) = await CommandLine.RunInAsync(
            folder.FullName, "ask", "--model", bundle.Folder, "--image", CommandLine.Picture, "--question", "What?", "--max-tokens", "4", "--json");
        Assert.True(exitCode == 0, error);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Bad_input_is_one_line_and_exit_code_2()
    {
        var text = Path.GetTempFileName();
        await File.WriteAllTextAsync(text, "Hello.", TestContext.Current.CancellationToken);
        string[] ask = ["ask", "--model", bundle.Folder, "--image", CommandLine.Picture];
        Assert.Contains("100000", await CommandLine.RefusedAsync([.. ask, "--steer", "100000=ablate"]), StringComparison.Ordinal);
        Assert.Contains("FEATURE=OPERATION", await CommandLine.RefusedAsync([.. ask, "--steer", "dog"]), StringComparison.Ordinal);
        Assert.Contains("not a picture", await CommandLine.RefusedAsync("ask", "--model", bundle.Folder, "--image", text), StringComparison.Ordinal);

        // Before the model is loaded: there is none in the folder.
        var empty = Directory.CreateTempSubdirectory("sparseclip-no-model-");
        await File.WriteAllBytesAsync(text, [0, 0, 0, 0x18, .. "ftypheic"u8, 0, 0, 0, 0, .. "mif1heic"u8], TestContext.Current.CancellationToken);
        Assert.Contains("HEIC is not read; send JPEG or PNG.", await CommandLine.RefusedAsync("ask", "--model", empty.FullName, "--image", text), StringComparison.Ordinal);
        Assert.Contains("does not exist", await CommandLine.RefusedAsync("ask", "--model", "/nowhere", "--image", CommandLine.Picture), StringComparison.Ordinal);
        Assert.Contains("/nowhere.png", await CommandLine.RefusedAsync("ask", "--model", bundle.Folder, "--image", "/nowhere.png"), StringComparison.Ordinal);
        File.Delete(text);
        empty.Delete();
    }

    /// <summary>Of a bundle that cannot be loaded: what can be told before is told before.</summary>
    [Fact]
    public async Task What_is_certain_is_refused_before_the_model_is_loaded()
    {
        var folder = Directory.CreateTempSubdirectory("manifest-only-").FullName;
        File.Copy(Path.Combine(bundle.Folder, ModelManifest.FileName), Path.Combine(folder, ModelManifest.FileName));
        var empty = Path.Combine(folder, "empty.png");
        await File.WriteAllBytesAsync(empty, [], TestContext.Current.CancellationToken);
        string[] ask = ["ask", "--model", folder, "--image", CommandLine.Picture];
        Assert.Contains("missing", await CommandLine.RefusedAsync(ask), StringComparison.Ordinal);
        Assert.Contains("empty", await CommandLine.RefusedAsync("ask", "--model", folder, "--image", empty), StringComparison.Ordinal);
        Assert.Contains("Feature 100000 does not exist", await CommandLine.RefusedAsync([.. ask, "--steer", "100000=ablate"]), StringComparison.Ordinal);
        Assert.Contains("Feature -1 does not exist", await CommandLine.RefusedAsync([.. ask, "--steer", "-1=ablate"]), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }
}
