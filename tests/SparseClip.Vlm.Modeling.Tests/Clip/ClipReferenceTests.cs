using System.Text.Json;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Clip;
using SparseClip.Vlm.Modeling.Clip.Import;
using SparseClip.Vlm.Modeling.Clip.Tokens;
using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Clip;

/// <summary>
/// The whole reference models, which are too large to be kept here, from the folder that SPARSECLIP_REFERENCE names: clip-hf and any
/// open-clip-* in it, each with expected.safetensors, and the pictures in images.
/// </summary>
public sealed class ClipReferenceTests
{
    private static readonly string? s_folder = Environment.GetEnvironmentVariable("SPARSECLIP_REFERENCE");

    [Fact]
    public void Hugging_Face()
    {
        using var scope = NewDisposeScope();
        var folder = Folder("clip-hf");
        using var expected = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        using var clip = Reloaded(folder);
        using var cases = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "tokens.json")));
        var texts = cases.RootElement.EnumerateArray().Select(c => c.GetProperty("text").GetString()!).ToArray();
        var ids = expected.Load("input_ids"); // [texts, context]
        Assert.Equal(ids.to_type(ScalarType.Int64).data<long>().ToArray(), texts.SelectMany(text => Padded(clip, text)));

        var pictures = Pictures();
        Near("pixels", 2, Tensor(clip.Preprocessor, pictures), expected.Load("pixel_values"), clip.Model.Config.Vision.Normalization);
        var usual = new ClipPreprocessor(new ClipFraming(ClipResize.ShortestEdge, 224, 224, ClipImaging.HuggingFace), PublishedNormalization.Clip);
        Near("pixels of 224", 2, Tensor(usual, pictures), expected.Load("pixel_values_224", ScalarType.Float32), PublishedNormalization.Clip);

        var (images, embedded) = (clip.Model.EmbedImages(expected.Load("pixel_values")), clip.EmbedTexts(texts[..(int)expected.Entry("text_embeds").Shape[0]], TestContext.Current.CancellationToken));
        Near("image embeddings", 1e-4, images, expected.Load("image_embeds"));
        Near("text embeddings", 1e-4, embedded, expected.Load("text_embeds"));
        Near("logits", 1e-4, images.matmul(embedded.t()) * clip.Model.LogitScale, expected.Load("logits_per_image"));
        Near("end to end logits", 0.1, clip.EmbedPictures(pictures).matmul(embedded.t()) * clip.Model.LogitScale, expected.Load("logits_per_image"));

        // The library gives the text states after its last normalisation, the vision states before it. Padding hides padding there; it is left out here.
        var states = expected.Load("text_last_hidden_state"); // [texts, context, d]
        var found = clip.Model.text.forward(ids.narrow(0, 0, states.shape[0]).to_type(ScalarType.Int64));
        var lengths = tensor(texts.Take((int)states.shape[0]).Select(text => (long)clip.Tokenizer.Encode(text).Count).ToArray()).unsqueeze(1);
        var isToken = (arange(states.shape[1], ScalarType.Int64).unsqueeze(0) < lengths).unsqueeze(2);
        Near("text states", 1e-4, found * isToken, states * isToken);
        var norm = clip.Model.trunk.named_parameters().Where(p => p.name.StartsWith("final_norm.", StringComparison.Ordinal)).ToDictionary(p => p.name, p => p.parameter);
        var vision = nn.functional.layer_norm(expected.Load("vision_last_hidden_state"), [clip.Model.trunk.Width], norm["final_norm.weight"], norm["final_norm.bias"], clip.Model.Config.Vision.NormEps);
        Near("vision states", 1e-4, clip.Model.trunk.Tokens(expected.Load("pixel_values")), vision);
    }

    [Theory]
    [InlineData("open-clip-gelu")]
    [InlineData("open-clip-quickgelu")]
    public void OpenCLIP(string name)
    {
        using var scope = NewDisposeScope();
        var folder = Folder(name);
        using var expected = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        using var clip = Reloaded(folder);
        var ids = expected.Load("input_ids");
        var rows = (int)ids.shape[0];
        using var cases = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder("clip-hf"), "tokens.json")));
        var texts = cases.RootElement.EnumerateArray().Take(rows).Select(c => c.GetProperty("text").GetString()!).ToArray();
        Assert.Equal(ids.to_type(ScalarType.Int64).data<long>().ToArray(), texts.SelectMany(text => Padded(clip, text)));
        Near("pixels", 2, Tensor(clip.Preprocessor, Pictures()), expected.Load("pixel_values"), clip.Model.Config.Vision.Normalization);
        Near("image embeddings", 1e-4, clip.Model.EmbedImages(expected.Load("pixel_values")), expected.Load("image_features"));
        Near("text embeddings", 1e-4, clip.EmbedTexts(texts, TestContext.Current.CancellationToken), expected.Load("text_features"));
        Near("logit scale", 1e-4, tensor((float)clip.Model.LogitScale), expected.Load("logit_scale"));
    }

    /// <summary>The ids of a text as the library gives them in a batch: filled up to the context length.</summary>
    private static IEnumerable<long> Padded(ImportedClip clip, string text)
    {
        var ids = clip.Tokenizer.Encode(text);
        return ids.Concat(Enumerable.Repeat(clip.Model.Config.Tokens.PaddingId, clip.Tokenizer.ContextLength - ids.Count)).Select(id => (long)id);
    }

    private static string Folder(string name)
    {
        Assert.SkipWhen(s_folder is null, "SPARSECLIP_REFERENCE names no folder of reference models.");
        return Path.Combine(s_folder!, name);
    }

    /// <summary>Imported, written, and read again.</summary>
    private static ImportedClip Reloaded(string folder)
    {
        using var temporary = new TemporaryFolder();
        using var imported = ImportedClip.Import(folder);
        imported.Save(temporary.File("clip.safetensors"));
        return ImportedClip.Load(temporary.File("clip.safetensors"));
    }

    private static RgbPicture[] Pictures() =>
        [.. Directory.GetFiles(Folder("images"), "*.png").Order(StringComparer.Ordinal).Select(file => ImageDecoder.Decode(File.ReadAllBytes(file)))];

    private static Tensor Tensor(ClipPreprocessor preprocessor, RgbPicture[] pictures) =>
        tensor(preprocessor.ToTensorData(pictures), [pictures.Length, 3, preprocessor.Size, preprocessor.Size]);

    private static void Near(string what, double most, Tensor found, Tensor expected, PixelNormalization? normalization = null)
    {
        // Normalised pixels are compared in levels of 255.
        var difference = (found - expected).abs();
        difference = normalization is null ? difference : difference * tensor(normalization.Std.ToArray()).view(1, 3, 1, 1);
        var largest = difference.max().item<float>();
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {largest:G3}");
        Assert.True(largest <= most, $"{what}: {largest} is more than {most}");
    }
}
