using System.Text.Json;
using System.Text.Json.Nodes;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Towers;

public sealed class SparseClipConfigTests
{
    private static readonly string s_shipped = RepositoryFiles.Model("default", "tower.safetensors");

    [Fact]
    public void The_shipped_towers_header_is_read_and_written_with_the_same_keys()
    {
        using var file = SafetensorsFile.Open(s_shipped);

        var written = JsonSerializer.SerializeToNode(SparseClipConfig.Read(file), ConfigFile.Options)!;

        var header = JsonNode.Parse(file.Metadata[SparseClipConfig.MetadataKey])!.AsObject();
        Assert.Equal("efficientnet-lite0", (string?)header["trunk"]!["architecture"]);
        Assert.All(header, entry => Assert.Equal(entry.Value!.ToJsonString(), written[entry.Key]?.ToJsonString()));
    }

    /// <summary>The codes of the shipped tower, recomputed from its tensors with nothing but the trunk's own class and the formula W mean(h) + b.</summary>
    [Fact]
    public void The_shipped_tower_gives_the_codes_that_its_tensors_say()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var file = SafetensorsFile.Open(s_shipped);
        using var model = SparseClipModel.Load(file);
        using var encoder = new SparseImageEncoder(model);
        using var header = JsonDocument.Parse(file.Metadata[SparseClipConfig.MetadataKey]);
        using var trunk = new EfficientNetLite(header.RootElement.GetProperty("trunk").Deserialize<EfficientNetLiteConfig>(ConfigFile.Options)!, encoder.InputSize);
        StrictLoader.Load(trunk, file, "trunk.");
        trunk.SetTrainingFrom(header.RootElement.GetProperty("trained_from_block").GetInt32());
        trunk.eval();
        var pixels = new byte[encoder.InputSize * encoder.InputSize * 3];
        new Random(1).NextBytes(pixels);

        var code = encoder.Encode(pixels, 1, TestContext.Current.CancellationToken)[0];

        var picture = (tensor(pixels, [1, encoder.InputSize, encoder.InputSize, 3]).to_type(ScalarType.Float32).permute(0, 3, 1, 2) - 127) / 128;
        var state = trunk.forward(picture).mean([1]); // [1, d]
        var centred = (state - file.Load("image_head.norm.running_mean", ScalarType.Float32)) / (file.Load("image_head.norm.running_var", ScalarType.Float32) + 1e-5).sqrt();
        var expected = (centred.matmul(file.Load("image_head.weight", ScalarType.Float32).t()) + file.Load("image_head.bias", ScalarType.Float32)).relu()[0].data<float>().ToArray();
        Assert.Equal(expected.Length, code.Pooled.Dimension);
        Assert.All(Enumerable.Range(0, expected.Length), feature => Assert.Equal(expected[feature], code.Pooled[feature], 1e-2f));
        Assert.True(code.Pooled.L0 > 0);
    }

    [Theory]
    [InlineData("\"trained_from_block\": 1", "\"trained_from_block\": 9", "trained from block 9 on, but the trunk has 2 blocks")]
    [InlineData("\"image_size\": 32,\n \"trunk\"", "\"image_size\": 36,\n \"trunk\"", "patches of 8")]
    [InlineData("\"heads\": 4", "\"heads\": 5", "heads 5 does not divide width 24")]
    [InlineData("\"architecture\": \"vit\"", "\"architecture\": \"mlp\"", "architecture 'mlp' is unknown")]
    public void A_tower_that_contradicts_itself_is_refused(string old, string changed, string message)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.File("tower.safetensors");
        using var model = TinyTower.Create(onVit: true);
        var json = JsonSerializer.Serialize(model.Config, ConfigFile.Options).ReplaceLineEndings("\n");
        Assert.Contains(old, json, StringComparison.Ordinal);
        SafetensorsWriter.Write(
            path, model.state_dict().Select(entry => KeyValuePair.Create(entry.Key, entry.Value)),
            new Dictionary<string, string> { [SparseClipConfig.MetadataKey] = json.Replace(old, changed, StringComparison.Ordinal) });
        using var file = SafetensorsFile.Open(path);

        Assert.Contains(message, Assert.Throws<CheckpointException>(() => SparseClipModel.Load(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Heads_fit_where_only_trunk_and_size_differ()
    {
        Assert.True(TinyTower.Config.HasHeadsOf(TinyTower.VitConfig with { ImageSize = 64, HeadBias = 1 }));
        Assert.False(TinyTower.Config.HasHeadsOf(TinyTower.Config with { Dimension = 97 }));
        Assert.False(TinyTower.Config.HasHeadsOf(TinyTower.Config with { Activation = HeadActivation.None }));
        Assert.False(TinyTower.Config.HasHeadsOf(TinyTower.Config with { Text = TinyTower.Config.Text with { Layers = [1] } }));
    }
}
