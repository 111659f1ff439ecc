using System.Text.Json;

namespace SparseClip.Vlm.Cli.Tests.Model;

public sealed class ImportClipCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("import-clip-").FullName;

    private static string Published { get; } = Path.Combine(AppContext.BaseDirectory, "fixtures", "clip");

    [Fact]
    public async Task An_imported_CLIP_is_measured_without_a_sparse_tower()
    {
        var file = Path.Combine(_folder, "clip.safetensors");
        var (exitCode, output, error) = await CommandLine.RunAsync("model", "import-clip", Published, "--out", file);
        Assert.True(exitCode == 0, error);
        Assert.Contains("pictures of 64 pixels in patches of 16", output, StringComparison.Ordinal);

        foreach (var label in new[] { "cat", "dog" })
        {
            Directory.CreateDirectory(Path.Combine(_folder, "set", label));
            File.Copy(CommandLine.Picture, Path.Combine(_folder, "set", label, "0.png"));
        }

        (exitCode, output, error) = await CommandLine.RunAsync("eval", "zero-shot", "--clip", file, "--set", Path.Combine(_folder, "set"), "--json");
        Assert.True(exitCode == 0, error);
        var score = JsonDocument.Parse(output).RootElement;
        Assert.Equal((2, 2), (score.GetProperty("labels").GetInt32(), score.GetProperty("pictures").GetInt32()));
        Assert.Equal((0.5, 1.0), (score.GetProperty("top1").GetDouble(), score.GetProperty("top5").GetDouble())); // one picture under both labels
    }

    [Fact]
    public async Task What_is_no_CLIP_is_refused_and_nothing_is_written()
    {
        var file = Path.Combine(_folder, "clip.safetensors");
        Assert.Contains("neither config.json", await CommandLine.RefusedAsync("model", "import-clip", _folder, "--out", file), StringComparison.Ordinal);
        foreach (var part in Directory.GetFiles(Published))
        {
            File.Copy(part, Path.Combine(_folder, Path.GetFileName(part)));
        }

        await File.WriteAllBytesAsync(Path.Combine(_folder, "model.safetensors"), new byte[20], TestContext.Current.CancellationToken);
        Assert.Contains("model.safetensors", await CommandLine.RefusedAsync("model", "import-clip", _folder, "--out", file), StringComparison.Ordinal);
        Assert.Contains("is a folder", await CommandLine.RefusedAsync("model", "import-clip", Published, "--out", _folder), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder, "clip.safetensors*"));
    }

    [Fact]
    public async Task Weights_that_are_not_finite_are_refused_with_the_tensors_name()
    {
        foreach (var part in Directory.GetFiles(Published))
        {
            File.Copy(part, Path.Combine(_folder, Path.GetFileName(part)));
        }

        var weights = Path.Combine(_folder, "model.safetensors");
        await SpoilAsync(weights, "vision_model.post_layernorm.weight");
        var line = await CommandLine.RefusedAsync("model", "import-clip", _folder, "--out", Path.Combine(_folder, "clip.safetensors"));
        Assert.Contains("vision_model.post_layernorm.weight", line, StringComparison.Ordinal);
        Assert.Contains("not finite", line, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder, "clip.safetensors*"));
    }

    /// <summary>Makes the first value of a tensor of single precision a NaN.</summary>
    private static async Task SpoilAsync(string file, string tensor)
    {
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        var header = BitConverter.ToInt32(bytes);
        using var json = JsonDocument.Parse(bytes.AsMemory(8, header));
        var begin = json.RootElement.GetProperty(tensor).GetProperty("data_offsets")[0].GetInt32();
        BitConverter.TryWriteBytes(bytes.AsSpan(8 + header + begin), float.NaN);
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_CLIP_and_a_tower_are_not_measured_together() => Assert.Contains(
        "--clip measures a whole CLIP",
        await CommandLine.RefusedAsync("eval", "zero-shot", "--set", _folder, "--clip", "a.safetensors", "--tower", "b.safetensors"), StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
