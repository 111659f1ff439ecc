using System.Text.Json;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Tests.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Modeling.Tests.Vision;

/// <summary>The JSON of a trunk's shape: the record of its kind and nothing beside, told by its architecture.</summary>
public sealed class VisionTrunkConfigTests
{
    [Theory]
    [InlineData("efficientnet-lite0")]
    [InlineData("vit-tiny-16")]
    [InlineData("clip-vit-b-32")]
    public void It_is_written_as_the_record_of_its_kind_and_read_back(string preset)
    {
        var config = VisionTrunks.LoadConfig(RepositoryFiles.Model("presets", "trunks", preset + ".json"));

        var json = JsonSerializer.Serialize(config, ConfigFile.Options);

        Assert.Equal(JsonSerializer.Serialize(config, config.GetType(), ConfigFile.Options), json);
        var read = JsonSerializer.Deserialize<IVisionTrunkConfig>(json, ConfigFile.Options)!;
        Assert.Equal(config.GetType(), read.GetType());
        Assert.Equal(json, JsonSerializer.Serialize(read, ConfigFile.Options));
    }

    [Theory]
    [InlineData("""{"architecture": "resnet"}""", "architecture 'resnet' is unknown")]
    [InlineData("""{"width": 3}""", "string 'architecture'")]
    [InlineData("""[]""", "string 'architecture'")]
    [InlineData("""{"architecture": "vit", "width": 3}""", "image_size")]
    public void What_is_no_trunk_is_refused(string json, string message) =>
        Assert.Contains(
            message, Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<IVisionTrunkConfig>(json, ConfigFile.Options)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_shape_says_which_sizes_of_pictures_it_takes()
    {
        var vit = TinyTower.VitConfig.Trunk; // 32 px in patches of 8
        Assert.Null(vit.SizeProblem(48));
        Assert.Contains("patches of 8", vit.SizeProblem(50), StringComparison.Ordinal);
        Assert.Contains("patches of 8", vit.SizeProblem(0), StringComparison.Ordinal);
        Assert.Null(TinyTower.Config.Trunk.SizeProblem(100));
        Assert.NotNull(TinyTower.Config.Trunk.SizeProblem(16));
    }

    [Fact]
    public void Positions_are_made_for_the_size_that_a_trunk_from_nothing_is_meant_for()
    {
        using var trunk = TinyTower.VitConfig.Trunk.ForSize(64).Create(64).Module;

        Assert.Equal([65, 24], trunk.state_dict()["position_embedding"].shape);
    }
}
