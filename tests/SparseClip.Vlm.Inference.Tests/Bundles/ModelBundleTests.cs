using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Inference.Bundles;
using SparseClip.Vlm.Training.Bundles;

namespace SparseClip.Vlm.Inference.Tests.Bundles;

public sealed class ModelBundleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bundle-").FullName;

    private string Bundle => Path.Combine(_folder, "bundle");

    [Fact]
    public async Task What_was_packed_opens_with_every_part()
    {
        var packed = await PackAsync();
        var opened = await ModelBundle.OpenAsync(Bundle, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(packed.ToJson(), opened.Manifest.ToJson());
        Assert.All(ModelParts.Required, role => Assert.Equal($"weights of {role}", File.ReadAllText(opened.PathOf(role))));
        Assert.Empty(Directory.GetFiles(Bundle, "*.partial"));
    }

    [Fact]
    public async Task A_damaged_part_is_refused_by_its_name()
    {
        await PackAsync();
        await File.WriteAllTextAsync(Path.Combine(Bundle, "adapter.bin"), "weights of Adapter", TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<BundleException>(OpenAsync);
        Assert.Contains("adapter is damaged", error.Message, StringComparison.Ordinal);
        Assert.Contains("SHA-256", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_of_another_size_is_refused_before_it_is_hashed()
    {
        await PackAsync();
        await File.WriteAllTextAsync(Path.Combine(Bundle, "tower.bin"), "version https://git-lfs", TestContext.Current.CancellationToken);
        Assert.Contains("git lfs pull", (await Assert.ThrowsAsync<BundleException>(OpenAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_part_is_refused_with_its_path()
    {
        await PackAsync();
        File.Delete(Path.Combine(Bundle, "language-model.bin"));
        Assert.Contains("language-model.bin does not exist", (await Assert.ThrowsAsync<BundleException>(OpenAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_no_bundle_is_refused()
    {
        Assert.Contains("does not exist", (await Assert.ThrowsAsync<BundleException>(OpenAsync)).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(Bundle);
        Assert.Contains("is no bundle", (await Assert.ThrowsAsync<BundleException>(OpenAsync)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<ModelBundle> OpenAsync() => ModelBundle.OpenAsync(Bundle, cancellationToken: TestContext.Current.CancellationToken);

    private Task<ModelManifest> PackAsync()
    {
        var files = ModelParts.Required.ToDictionary(role => role, role => Path.Combine(_folder, role + ".bin"));
        foreach (var (role, file) in files)
        {
            File.WriteAllText(file, $"weights of {role}");
        }

        return BundlePacker.PackAsync(Bundle, "tiny", "A test.", 4, files, TestContext.Current.CancellationToken);
    }
}
