using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Training.Bundles;

namespace SparseClip.Vlm.Training.Tests.Bundles;

public sealed class BundlePackerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparseclip-packed-").FullName;

    private string Bundle => Path.Combine(_folder, "bundle");

    [Fact]
    public async Task A_part_is_copied_unless_it_lies_in_the_bundle_already()
    {
        var files = Files();
        Directory.CreateDirectory(Path.Combine(Bundle, "language"));
        files[ModelParts.LanguageModel] = Path.Combine(Bundle, "language", "model.gguf");
        await File.WriteAllTextAsync(files[ModelParts.LanguageModel], "weights", TestContext.Current.CancellationToken);

        var manifest = await PackAsync(files);

        Assert.Equal("tower.bin", manifest.Parts[ModelParts.Tower].File);
        Assert.Equal("language/model.gguf", manifest.Parts[ModelParts.LanguageModel].File);
        Assert.Equal(
            ["adapter.bin", "features.bin", "language/model.gguf", "manifest.json", "tower.bin"],
            Directory.GetFiles(Bundle, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Bundle, file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_role_without_a_file_is_refused_by_its_name_before_anything_is_written()
    {
        var files = Files();
        files.Remove(ModelParts.Adapter);
        Assert.Contains("'adapter'", (await Assert.ThrowsAsync<BundleException>(() => PackAsync(files))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Bundle));
    }

    [Fact]
    public async Task A_file_that_does_not_exist_is_refused_and_leaves_no_manifest()
    {
        var files = Files();
        File.Delete(files[ModelParts.Tower]);
        Assert.Contains("tower.bin does not exist", (await Assert.ThrowsAsync<BundleException>(() => PackAsync(files))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Bundle, ModelManifest.FileName)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<ModelManifest> PackAsync(Dictionary<string, string> files) =>
        BundlePacker.PackAsync(Bundle, "tiny", "A test.", 4, files, cancellationToken: TestContext.Current.CancellationToken);

    private Dictionary<string, string> Files()
    {
        var files = ModelParts.Required.ToDictionary(role => role, role => Path.Combine(_folder, role + ".bin"));
        foreach (var (role, file) in files)
        {
            File.WriteAllText(file, $"weights of {role}");
        }

        return files;
    }
}
