using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Inference.Pipeline;
using SparseClip.Vlm.Llama.Tests;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Bundles;

namespace SparseClip.Vlm.Inference.Tests.Pipeline;

/// <summary>A bundle whose language model has an adapter.</summary>
public sealed class LanguageAdapterTests(TinyBundle bundle)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_adapter_applies_to_dialogues_about_a_picture_and_to_no_others()
    {
        using var folder = new TemporaryFolder();
        await PackAsync(folder, width: TinyModel.Size);
        await using var adapted = await TinyBundle.LoadAsync(folder.File("bundle"));

        foreach (var isPicture in (bool[])[false, true, false, true])
        {
            var (plain, own) = (await AnswerAsync(bundle.Model, isPicture), await AnswerAsync(adapted, isPicture));
            Assert.Equal(!isPicture, plain == own);
        }
    }

    [Fact]
    public async Task An_adapter_of_another_language_model_is_refused_with_its_path()
    {
        using var folder = new TemporaryFolder();
        await PackAsync(folder, width: TinyModel.Size / 2);

        var error = await Assert.ThrowsAsync<BundleException>(() => TinyBundle.LoadAsync(folder.File("bundle")));

        Assert.Contains(Path.Combine(folder.File("bundle"), "lora.gguf"), error.Message, StringComparison.Ordinal);
        Assert.Contains("'blk.0.attn_output.weight' is [64, 64]", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The tiny bundle with an adapter of one matrix, of <paramref name="width"/> columns and rows.</summary>
    private async Task PackAsync(TemporaryFolder folder, int width)
    {
        var manifest = ModelManifest.Parse(await File.ReadAllTextAsync(Path.Combine(bundle.Folder, ModelManifest.FileName), Token), "manifest");
        var files = manifest.Parts.ToDictionary(part => part.Key, part => Path.Combine(bundle.Folder, part.Value.File));
        var random = new Random(1);
        LoraFile.Write(files[ModelParts.LanguageAdapter] = folder.File("lora.gguf"), "llama", 8, [new("blk.0.attn_output.weight", 4, width, width, Values(), Values())]);
        await BundlePacker.PackAsync(folder.File("bundle"), "adapted", "With an adapter.", manifest.Dimension, files, cancellationToken: Token);

        float[] Values() => [.. Enumerable.Range(0, 4 * width).Select(_ => random.NextSingle() - 0.5f)];
    }

    private static async Task<string> AnswerAsync(VisionLanguageModel model, bool isPicture)
    {
        var file = new PictureFile(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "fixtures", "picture.png"), Token));
        var picture = isPicture ? (await model.LookAsync(file, Token)).Seen : null;
        // Drawn with a seed: greedily the tiny model repeats one letter.
        var request = new AnswerRequest(picture, [new DialogueTurn(Speaker.User, "What is it?")], SteeringPlan.Empty, new SamplingOptions(24, Temperature: 2, Seed: 1));
        return string.Concat(await model.AnswerAsync(request, Token).OfType<AnswerDelta>().Select(delta => delta.Text).ToListAsync(Token));
    }
}
