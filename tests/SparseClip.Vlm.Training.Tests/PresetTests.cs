using System.Globalization;
using System.Text.Json.Nodes;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Adapter;
using SparseClip.Vlm.Training.Clip;
using SparseClip.Vlm.Training.Clip.Presets;
using SparseClip.Vlm.Training.Language;

namespace SparseClip.Vlm.Training.Tests;

/// <summary>Presets as people write them: each value out of its range is refused by its name, before anything is opened.</summary>
public sealed class PresetTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-preset-");

    public static TheoryData<string, string> OfTowers =>
    [
        ("image_size", "31"), ("image_size", "513"), ("dimension", "0"), ("trained_from_block", "-1"), ("maximum_logit_scale", "0.5"), ("minutes", "-1"), ("steps", "0"),
        ("naming_weight", "-0.1"), ("start_share", "1.1"), ("distinct_batches", "0"),
        ("text.layers", "[]"), ("text.layers", "[8, 0]"), ("text.state_width", "0"), ("text.hidden", "0"), ("text.width", "0"), ("text.dropout", "1"),
        ("batch.icons", "-1"), ("batch.scenes", "-1"), ("batch.photographs", "-1"), ("batch.extras", "-1"),
        ("distillation.classes", "0"), ("distillation.teacher_top", "0"), ("distillation.photograph_weight", "-1"), ("distillation.icon_weight", "-1"),
        ("optimizer.head_rate", "-1"), ("optimizer.trunk_rate", "-1"), ("optimizer.weight_decay", "-1"), ("optimizer.warmup_steps", "-1"), ("optimizer.clip_norm", "0"),
        ("first.image_size", "16"), ("first.share", "2"),
        ("balance.least", "-0.1"), ("balance.most", "0.001"), ("balance.most", "1.5"), ("balance.rate", "0"), ("balance.from", "-1"), ("balance.follow", "0"),
        ("text_balance.most", "1.5"), ("photograph_balance.rate", "0"), ("words.count", "0"), ("words.weight", "0"),
    ];

    public static TheoryData<string, string> OfAdapters =>
    [
        ("hidden", "0"), ("hidden", "33"), ("window", "0"), ("minutes", "-1"),
        ("batch.pictures", "0"), ("batch.photograph_share", "-0.1"), ("batch.icon_share", "1.1"), ("batch.fewest_turns", "0"), ("batch.fewest_turns", "3"), ("batch.most_turns", "5"),
        ("batch.scene_objects", "6"), ("batch.micro_batch", "0"),
        ("start.words", "0"), ("start.ridge", "0"), ("start.pictures", "0"),
        ("edits.share", "1.1"), ("edits.most_features", "0"), ("edits.least_strength", "0"), ("edits.most_strength", "0.1"), ("edits.vocabulary_share", "-0.1"),
        ("optimizer.rate", "-1"), ("optimizer.first_layer_rate", "-1"), ("optimizer.weight_decay", "-1"), ("optimizer.warmup_steps", "-1"), ("optimizer.clip_norm", "0"),
    ];

    public static TheoryData<string> Shipped => [.. Directory.GetFiles(RepositoryFiles.Model("presets"), "*.json").Select(file => Path.GetFileName(file)).Where(file => !file.StartsWith("build-", StringComparison.Ordinal))];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(OfTowers))]
    public void A_value_of_a_towers_preset_out_of_its_range_is_refused_by_its_name(string name, string value) =>
        Assert.Contains($"{name} is ", Assert.Throws<ConfigurationException>(() => ClipPreset.Load(Changed("clip-default.json", name, value))).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(OfAdapters))]
    public void A_value_of_an_adapters_preset_out_of_its_range_is_refused_by_its_name(string name, string value) =>
        Assert.Contains($"{name} is ", Assert.Throws<ConfigurationException>(() => AdapterPreset.Load(Changed("adapter-default.json", name, value))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("lora.rank", "0")]
    [InlineData("lora.alpha", "0")]
    [InlineData("pictures.count", "0")]
    [InlineData("pictures.icon_share", "1.5")]
    [InlineData("samples.batch", "0")]
    [InlineData("samples.edited_share", "-0.1")]
    [InlineData("samples.two_share", "1.1")]
    [InlineData("samples.most_strength", "0.1")]
    [InlineData("optimizer.clip_norm", "0")]
    [InlineData("minutes", "-1")]
    public void A_value_of_a_language_adapters_preset_out_of_its_range_is_refused_by_its_name(string name, string value) =>
        Assert.Contains($"{name} is ", Assert.Throws<ConfigurationException>(() => LanguagePreset.Load(Changed("language-default.json", name, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void Shares_that_leave_less_than_nothing_for_scenes_are_refused() => Assert.Contains(
        "photograph_share and icon_share is 1.175",
        Assert.Throws<ConfigurationException>(() => AdapterPreset.Load(Changed("adapter-default.json", "batch.photograph_share", "0.8"))).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Every_preset_that_ships_can_be_used(string file)
    {
        var path = RepositoryFiles.Model("presets", file);
        Assert.Null(file.Split('-')[0] switch
        {
            "adapter" => AdapterPreset.Load(path).Problem(),
            "language" => LanguagePreset.Load(path).Problem(),
            _ => ClipPreset.Load(path).Problem(),
        });
    }

    [Fact]
    public void A_preset_without_a_value_that_has_no_default_is_refused_by_the_values_name()
    {
        var preset = JsonNode.Parse(File.ReadAllText(RepositoryFiles.Model("presets", "clip-default.json")))!.AsObject();
        preset.Remove("optimizer");
        var path = Path.Combine(_folder.FullName, "preset.json");
        File.WriteAllText(path, preset.ToJsonString());
        Assert.Contains("optimizer", Assert.ThrowsAny<Exception>(() => ClipPreset.Load(path)).Message, StringComparison.Ordinal);
    }

    /// <summary>A shipped preset with one other value.</summary>
    private string Changed(string file, string name, string value)
    {
        var preset = JsonNode.Parse(File.ReadAllText(RepositoryFiles.Model("presets", file)))!.AsObject();
        var part = preset;
        string[] names = name.Split('.');
        if (names.Length > 1)
        {
            // Parts that the preset does not have are made of values that can be.
            part = (preset[names[0]] ??= JsonNode.Parse(names[0] == "words" ? """{"count": 4, "weight": 1}""" : """{"least": 0.004, "most": 0.02, "rate": 0.002, "from": 0.2}"""))!.AsObject();
        }

        part[names[^1]] = JsonNode.Parse(value);
        var path = Path.Combine(_folder.FullName, $"{name}-{value.GetHashCode(StringComparison.Ordinal).ToString(CultureInfo.InvariantCulture)}.json");
        File.WriteAllText(path, preset.ToJsonString());
        return path;
    }
}
