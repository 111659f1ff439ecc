using System.CommandLine;
using System.CommandLine.Parsing;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Cli.Model;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Inference.Tests.Pipeline;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Cli.Tests.Model;

public sealed class BuildCommandTests(TinyBundle bundle) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TinyDataFolder _data = new();

    public static TheoryData<string> Shipped => [.. Directory.GetFiles(RepositoryFiles.Model("presets"), "build-*.json").Select(file => Path.GetFileNameWithoutExtension(file))];

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Stages_run_once_and_again_when_their_source_changes()
    {
        var tower = _folder.File("tower.safetensors");
        File.Copy(Part(ModelParts.Tower), tower);
        var preset = Preset(
            ("first", $"model pack --tower {{tower}} --adapter {Part(ModelParts.Adapter)} --language-model {{language_model}} --features {Part(ModelParts.Features)} --out {{out}}/one", "one/manifest.json"),
            ("second", $"model pack --tower {{out}}/one/tower.safetensors --adapter {Part(ModelParts.Adapter)} --language-model {{language_model}} --features {Part(ModelParts.Features)} --out {{out}}/two", "two/manifest.json"));

        Assert.Equal((0, 0), await BuildAsync(preset, tower));
        Assert.Equal((0, 2), await BuildAsync(preset, tower));

        File.Delete(_folder.File("out/two/manifest.json"));
        Assert.Equal((0, 1), await BuildAsync(preset, tower));

        await File.WriteAllTextAsync(_folder.File("out/build.json"), "{ broken", TestContext.Current.CancellationToken);
        Assert.Equal((0, 0), await BuildAsync(preset, tower));
    }

    [Fact]
    public async Task A_stage_that_fails_ends_the_build_and_the_next_one_begins_with_it()
    {
        var nowhere = _folder.File("nowhere.jsonl");
        var preset = Preset(
            ("good", $"model pack --tower {{tower}} --adapter {Part(ModelParts.Adapter)} --language-model {{language_model}} --features {Part(ModelParts.Features)} --out {{out}}/one", "one/manifest.json"),
            ("bad", $"model pack --tower {{tower}} --adapter {Part(ModelParts.Adapter)} --language-model {{language_model}} --features {nowhere} --out {{out}}/two", "two/manifest.json"));

        Assert.NotEqual(0, (await BuildAsync(preset, Part(ModelParts.Tower))).Code);
        File.Copy(Part(ModelParts.Features), nowhere);
        Assert.Equal((0, 1), await BuildAsync(preset, Part(ModelParts.Tower)));
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Every_stage_of_a_preset_that_ships_is_understood(string preset)
    {
        var paths = ((string[])["tower", "data", "language_model", "out"]).ToDictionary(name => name, name => "/some/" + name);
        Assert.All(BuildPreset.Load(preset).Stages, stage =>
        {
            var arguments = stage.Arguments(paths);
            Assert.DoesNotContain(arguments, argument => argument.Contains('{', StringComparison.Ordinal));
            Assert.All(
                CommandTree.Create().Parse(arguments).Errors.Where(error => error.SymbolResult is not (OptionResult { Option: IPathSymbol } or ArgumentResult { Argument: IPathSymbol })),
                error => Assert.Fail($"{stage.Name}: {error.Message}"));
        });
    }

    [Theory]
    [InlineData("""{ "stages": [] }""", "no stages")]
    [InlineData("""{ "stages": [{ "name": "a", "command": "", "makes": "b" }] }""", "'a' needs")]
    [InlineData("""{ "stages": [{ "name": "a", "command": "c", "makes": "b" }, { "name": "a", "command": "c", "makes": "b" }] }""", "two stages are called 'a'")]
    public async Task A_preset_that_cannot_be_is_refused(string json, string said)
    {
        var preset = _folder.File("preset.json");
        await File.WriteAllTextAsync(preset, json, TestContext.Current.CancellationToken);
        Assert.Contains(said, await CommandLine.RefusedAsync("model", "build", "--preset", preset, "--tower", Part(ModelParts.Tower), "--data", _data.Path, "--out", _folder.File("out")), StringComparison.Ordinal);
    }

    /// <summary>The exit code, and how many stages were done before.</summary>
    private async Task<(int Code, int DoneBefore)> BuildAsync(string preset, string tower)
    {
        var (code, _, error) = await CommandLine.RunAsync(
            "model", "build", "--preset", preset, "--tower", tower, "--language-model", Part(ModelParts.LanguageModel), "--data", _data.Path, "--out", _folder.File("out"));
        TestContext.Current.TestOutputHelper?.WriteLine(error);
        return (code, error.Split("done before").Length - 1);
    }

    private string Preset(params (string Name, string Command, string Makes)[] stages)
    {
        var path = _folder.File("preset.json");
        File.WriteAllText(path, System.Text.Json.JsonSerializer.Serialize(new { stages = stages.Select(stage => new { name = stage.Name, command = stage.Command, makes = stage.Makes }) }));
        return path;
    }

    private string Part(string role) => Path.Combine(bundle.Folder, role + ".bin");
}
