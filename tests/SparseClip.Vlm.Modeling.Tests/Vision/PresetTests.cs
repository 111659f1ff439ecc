using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Tests.Shared;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Vision;

/// <summary>
/// Names and shapes of the presets' tensors are checkpoint format: a change breaks every saved file. On purpose? Replace the text
/// file by the one that the failing test leaves beside it as *.received.txt.
/// </summary>
public sealed class PresetTests
{
    [Theory]
    [InlineData("efficientnet-lite0")]
    [InlineData("vit-tiny-16")]
    [InlineData("vit-small-16")]
    [InlineData("clip-vit-b-32")]
    public void Parameters_are_those_approved(string preset)
    {
        using var scope = NewDisposeScope();
        var trunk = VisionTrunks.LoadConfig(RepositoryFiles.Model("presets", "trunks", preset + ".json")).Create(128);
        using var module = trunk.Module;
        var received = string.Concat(module.state_dict().Select(t => $"{t.Key} [{string.Join(", ", t.Value.shape)}]\n"));
        var approvedFile = RepositoryFiles.Fixture("vision", preset + ".approved.txt");
        var approved = File.Exists(approvedFile) ? File.ReadAllText(approvedFile) : "";
        if (received != approved)
        {
            File.WriteAllText(RepositoryFiles.Fixture("vision", preset + ".received.txt"), received);
        }

        Assert.Equal(approved, received);
    }

    [Fact]
    public void Every_preset_is_approved()
    {
        var presets = Directory.GetFiles(RepositoryFiles.Model("presets", "trunks"), "*.json");
        Assert.NotEmpty(presets);
        Assert.All(presets, p => Assert.True(File.Exists(RepositoryFiles.Fixture("vision", Path.GetFileNameWithoutExtension(p) + ".approved.txt")), p));
    }

    [Fact]
    public void An_unknown_architecture_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("p.json"), """{"architecture": "resnet"}""");
        Assert.Contains("resnet", Assert.Throws<ConfigurationException>(() => VisionTrunks.LoadConfig(folder.File("p.json"))).Message, StringComparison.Ordinal);
    }
}
