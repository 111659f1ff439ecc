using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Inference.Tests.Pipeline;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Cli.Tests.Model;

public sealed class ModelCommandTests(TinyBundle bundle)
{
    [Fact]
    public async Task What_is_packed_can_be_shown_until_a_byte_of_it_changes()
    {
        var folder = Directory.CreateTempSubdirectory("packed-").FullName;
        var (exitCode, output, error) = await CommandLine.RunAsync(
            "model", "pack", "--name", "packed", "--out", folder,
            "--tower", Part(ModelParts.Tower), "--adapter", Part(ModelParts.Adapter),
            "--language-model", Part(ModelParts.LanguageModel), "--features", Part(ModelParts.Features));
        Assert.True(exitCode == 0, error);
        Assert.Equal("packed", ModelManifest.Parse(output, "output").Name);
        Assert.Equal(output, (await CommandLine.RunAsync("model", "show", folder)).Output);

        var weights = Path.Combine(folder, "adapter.bin");
        var bytes = await File.ReadAllBytesAsync(weights, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(weights, bytes, TestContext.Current.CancellationToken);
        Assert.Contains("SHA-256", await CommandLine.RefusedAsync("model", "show", folder), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_language_adapter_is_packed_when_it_fits_the_language_model()
    {
        using var folder = new TemporaryFolder();
        var pair = new LoraPair("blk.0.attn_q.weight", 1, 64, 64, new float[64], new float[64]);
        LoraFile.Write(folder.File("fits.gguf"), "llama", 1, [pair]);
        LoraFile.Write(folder.File("fits-not.gguf"), "llama", 1, [pair with { Tensor = "blk.9.attn_q.weight" }]);
        string[] pack =
        [
            "model", "pack", "--out", folder.File("bundle"), "--tower", Part(ModelParts.Tower), "--adapter", Part(ModelParts.Adapter),
            "--language-model", Part(ModelParts.LanguageModel), "--features", Part(ModelParts.Features), "--language-adapter",
        ];

        Assert.Contains("blk.9.attn_q.weight", await CommandLine.RefusedAsync([.. pack, folder.File("fits-not.gguf")]), StringComparison.Ordinal);
        var (exitCode, output, error) = await CommandLine.RunAsync([.. pack, folder.File("fits.gguf")]);

        Assert.True(exitCode == 0, error);
        Assert.Equal("fits.gguf", ModelManifest.Parse(output, "output").Parts[ModelParts.LanguageAdapter].File);
    }

    [Fact]
    public async Task Features_are_found_by_name_and_by_meaning()
    {
        var (exitCode, output, error) = await CommandLine.RunAsync("features", "search", "--model", bundle.Folder, "--count", "3", "dog");
        Assert.True(exitCode == 0, error);
        Assert.Equal(3, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private string Part(string role) => Path.Combine(bundle.Folder, role + ".bin");
}
