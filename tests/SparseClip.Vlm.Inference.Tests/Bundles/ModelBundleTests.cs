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
    public async Task A_large_part_of_another_size_is_not_taken_for_a_pointer()
    {
        await PackAsync();
        await File.WriteAllTextAsync(Path.Combine(Bundle, "tower.bin"), new string('x', 1024), TestContext.Current.CancellationToken);
        var message = (await Assert.ThrowsAsync<BundleException>(OpenAsync)).Message;
        Assert.EndsWith("tower.bin has 1,024 bytes, the manifest says 16. Copy it again.", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_may_be_a_link_to_its_file()
    {
        await PackAsync();
        var (part, file) = (Path.Combine(Bundle, "tower.bin"), Path.Combine(_folder, "elsewhere.bin"));
        File.Move(part, file);
        File.CreateSymbolicLink(part, file);
        Assert.Equal("tiny", (await OpenAsync()).Manifest.Name);
    }

    [Fact]
    public async Task The_share_that_was_hashed_goes_up_to_one()
    {
        await PackAsync();
        var shares = new Shares();
        await ModelBundle.OpenAsync(Bundle, shares, TestContext.Current.CancellationToken);
        // Parts of 16, 18, 19 and 25 bytes, each in one block, the smallest first.
        Assert.Equal([16 / 78d, 34 / 78d, 53 / 78d, 1], shares);
    }

    [Fact]
    public async Task A_part_that_cannot_be_read_is_refused_with_its_path()
    {
        var error = await Assert.ThrowsAsync<BundleException>(() => FileHash.ComputeAsync(_folder, null, TestContext.Current.CancellationToken));
        Assert.StartsWith($"{_folder} cannot be read: ", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<BundleException>(() => FileHash.ComputeAsync(Bundle, null, TestContext.Current.CancellationToken));
        Assert.StartsWith($"{Bundle} cannot be read: ", error.Message, StringComparison.Ordinal);
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

    private sealed class Shares : List<double>, IProgress<double>
    {
        public void Report(double value) => Add(value);
    }

    private Task<ModelBundle> OpenAsync() => ModelBundle.OpenAsync(Bundle, cancellationToken: TestContext.Current.CancellationToken);

    private Task<ModelManifest> PackAsync()
    {
        var files = ModelParts.Required.ToDictionary(role => role, role => Path.Combine(_folder, role + ".bin"));
        foreach (var (role, file) in files)
        {
            File.WriteAllText(file, $"weights of {role}");
        }

        return BundlePacker.PackAsync(Bundle, "tiny", "A test.", 4, files, cancellationToken: TestContext.Current.CancellationToken);
    }
}
