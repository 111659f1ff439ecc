using System.Text.Json;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Clip;
using SparseClip.Vlm.Modeling.Clip.Import;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Towers;

public sealed class TrunkReaderTests
{
    [Theory]
    [InlineData("hugging-face")]
    [InlineData("open-clip")]
    public void A_CLIPs_folder_and_the_file_made_of_it_hold_the_same_trunk(string folder)
    {
        using var scope = NewDisposeScope();
        using var temporary = new TemporaryFolder();
        using var clip = ImportedClip.Import(RepositoryFiles.Fixture("clip", folder));
        clip.Save(temporary.File("clip.safetensors"));

        foreach (var path in new[] { RepositoryFiles.Fixture("clip", folder), temporary.File("clip.safetensors") })
        {
            var (trunk, tower) = TrunkReader.Open(path, 64);
            using var module = trunk.Module;
            Assert.Null(tower);
            AssertSame(clip.Model.trunk, module);
            Assert.Equal(JsonSerializer.Serialize<IVisionTrunkConfig>(clip.Model.Config.Vision, ConfigFile.Options), JsonSerializer.Serialize(trunk.Config, ConfigFile.Options));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tower_and_its_runs_folder_are_read(bool onVit)
    {
        using var scope = NewDisposeScope();
        using var temporary = new TemporaryFolder();
        var path = temporary.File(TrunkReader.TowerName);
        using var model = TinyTower.Create(onVit: onVit);
        model.Save(path);

        foreach (var place in new[] { path, Path.GetDirectoryName(path)! })
        {
            var (trunk, tower) = TrunkReader.Open(place, TinyTower.Size);
            using var module = trunk.Module;
            Assert.Equal(path, tower);
            AssertSame(model.trunk.Module, module);
        }
    }

    [Fact]
    public void What_holds_no_trunk_is_refused_with_what_would()
    {
        using var folder = new TemporaryFolder();
        var other = folder.File("other.safetensors");
        using (var tensor = ones(1))
        {
            SafetensorsWriter.Write(other, [KeyValuePair.Create("a", tensor)]);
        }

        Assert.Contains("tells of no tower and of no imported CLIP", Refused(other), StringComparison.Ordinal);
        Assert.Contains("holds no model", Refused(Path.GetDirectoryName(other)!), StringComparison.Ordinal);
        Assert.Contains("no such file or folder", Refused(folder.File("nothing")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pretrained_trunks_folder_is_read_whatever_its_kind()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var trunk = (VisionTransformer)TinyTower.VitConfig.Trunk.Create(TinyTower.Size);
        File.WriteAllText(folder.File(VisionTrunks.ConfigName), JsonSerializer.Serialize(trunk.Config, ConfigFile.Options));
        SafetensorsWriter.Write(folder.File(VisionTrunks.WeightName), trunk.state_dict().Select(entry => KeyValuePair.Create(entry.Key, entry.Value)));

        using var read = VisionTrunks.FromPretrained(Path.GetDirectoryName(folder.File("x"))!, TinyTower.Size).Module;
        AssertSame(trunk, read);
        using var lite = VisionTrunks.FromPretrained(RepositoryFiles.Model("pretrained", "efficientnet-lite0"), 64).Module;
        Assert.IsType<EfficientNetLite>(lite);
    }

    private static string Refused(string path)
    {
        var message = Assert.Throws<CheckpointException>(() => TrunkReader.Open(path, 64)).Message;
        Assert.Contains("sparseclip model import-clip", message, StringComparison.Ordinal);
        return message;
    }

    private static void AssertSame(nn.Module expected, nn.Module found)
    {
        var (a, b) = (expected.state_dict(), found.state_dict());
        Assert.Equal(a.Keys.Order(StringComparer.Ordinal), b.Keys.Order(StringComparer.Ordinal));
        Assert.All(a, entry => Assert.True(entry.Value.equal(b[entry.Key]).all().item<bool>(), entry.Key));
    }
}
