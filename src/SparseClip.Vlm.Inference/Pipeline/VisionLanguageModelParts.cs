using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Wording;
using SparseClip.Vlm.Inference.Features;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Inference.Pipeline;

/// <summary>What a vision-language model consists of.</summary>
/// <param name="Images">The vision tower.</param>
/// <param name="Features">The index of its features.</param>
/// <param name="Adapter">Codes to embeddings.</param>
/// <param name="Engine">The language model at work.</param>
/// <param name="Owned">What else lives as long as the model, disposed after the index and the engine, the last one first.</param>
public sealed record VisionLanguageModelParts(
    IImageEncoder Images, FeatureIndex Features, IImageAdapter Adapter, GenerationEngine Engine, IReadOnlyList<IDisposable> Owned) : IAsyncDisposable
{
    /// <summary>What is said of a picture in words; null where the bundle has no concepts.</summary>
    public PictureWords? Words { get; init; }

    /// <summary>What pictures show, in words; null where the bundle has no table.</summary>
    public ConceptTable? Concepts { get; init; }

    /// <summary>Small pictures of features and concepts, one of <see cref="Owned"/>; null where the bundle has none.</summary>
    public ExemplarFile? Exemplars { get; init; }

    /// <summary>The features that are colours and numbers; null for none.</summary>
    public AttributeFeatures? Attributes { get; init; }

    /// <summary>The factor on cosines that the tower was trained with; above 0.</summary>
    public required double Scale { get; init; }

    /// <summary>The SHA-256 of the tower, lower-case hexadecimal.</summary>
    public required string Tower { get; init; }

    /// <exception cref="ArgumentException">The parts do not fit one another.</exception>
    internal void Check()
    {
        if (Images.Dimension != Features.All.Count || Images.Dimension != Adapter.Dimension)
        {
            throw new ArgumentException(
                $"The tower has {Images.Dimension} features, the feature index {Features.All.Count} and the adapter {Adapter.Dimension}: they do not belong together.");
        }

        if (Words is { } words && words.Dimension != Images.Dimension)
        {
            throw new ArgumentException($"The tower has {Images.Dimension} features, the concepts {words.Dimension}: they do not belong together.");
        }

        if (Concepts is { } table && table.Dimension != Images.Dimension)
        {
            throw new ArgumentException($"The tower has {Images.Dimension} features, the table of concepts {table.Dimension}: they do not belong together.");
        }

        if (Adapter.EmbeddingSize != Engine.Model.Info.EmbeddingSize)
        {
            throw new ArgumentException(
                $"The adapter makes embeddings of {Adapter.EmbeddingSize}, the language model reads {Engine.Model.Info.EmbeddingSize}: it was trained for another one.");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Features.DisposeAsync().ConfigureAwait(false);
        await Engine.DisposeAsync().ConfigureAwait(false);
        foreach (var part in Owned.Reverse())
        {
            part.Dispose();
        }
    }
}
