using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Modeling.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>Makes an adapter and starts it in closed form; see <see cref="ClosedFormStart"/>.</summary>
public static class AdapterStart
{
    /// <summary>An adapter that maps codes near the embeddings of the words they stand for.</summary>
    /// <param name="parts">Tower and language model.</param>
    /// <param name="preset">The recipe.</param>
    /// <param name="concepts">The vocabulary.</param>
    /// <param name="pictures">Training pictures.</param>
    public static AdapterModel Make(AdapterParts parts, AdapterPreset preset, ConceptCodes concepts, StartPictures pictures)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(concepts);
        ArgumentNullException.ThrowIfNull(pictures);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var everyToken = parts.Language.Embed(arange(parts.Language.Config.Vocabulary, dtype: ScalarType.Int64));
        var centre = everyToken.mean([0]);
        var spread = (everyToken - centre).square().mean().sqrt().item<float>();
        var slots = AdapterModel.Slots(pictures.Sample, preset.Window);
        var config = new AdapterConfig(
            parts.Images.Dimension, preset.Hidden, parts.Language.Config.Width, (int)pictures.Sample.shape[1] - 1,
            Scale(slots.narrow(1, 0, 1)), Scale(slots.narrow(1, 1, slots.shape[1] - 1)), spread, preset.Window);
        var adapter = new AdapterModel(config, centre);
        ClosedFormStart.Apply(
            adapter,
            new CodedWords(SparseCodes.ToTensor(concepts.Codes), WordEmbeddings(parts, concepts.Words)),
            new CodedPictures(pictures.Pooled, pictures.Patches, WordEmbeddings(parts, pictures.Labels), pictures.Sample),
            preset.Start.Ridge);
        return adapter;
    }

    /// <summary>The factor that brings the mean norm to <see cref="AdapterConfig.CodeNorm"/>.</summary>
    private static float Scale(Tensor codes) => AdapterConfig.CodeNorm / Math.Max(1e-6f, codes.square().sum([-1]).sqrt().mean().item<float>());

    /// <summary>The mean input embedding of each word's tokens, as it stands within a sentence. [N, d]</summary>
    private static Tensor WordEmbeddings(AdapterParts parts, IReadOnlyList<string> words)
    {
        var tokens = words.Select(word => parts.Tokenizer.Encode(" " + word)).ToList();
        var ids = tensor(tokens.SelectMany(t => t).Select(id => (long)id).ToArray());
        var word = tensor(tokens.SelectMany((t, i) => Enumerable.Repeat((long)i, t.Count)).ToArray());
        var counts = tensor(tokens.Select(t => (float)t.Count).ToArray()).unsqueeze(1);
        return zeros(words.Count, parts.Language.Config.Width).index_add_(0, word, parts.Language.Embed(ids), 1) / counts;
    }
}
