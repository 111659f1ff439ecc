namespace SparseClip.Vlm.Modeling.Bert;

/// <summary>The shape of a BERT (Devlin et al. 2019).</summary>
/// <param name="VocabularySize">V, the number of word pieces.</param>
/// <param name="Positions">L, the most tokens of a text.</param>
/// <param name="Width">d.</param>
/// <param name="Depth">The number of layers.</param>
/// <param name="Heads">Attention heads; divides the width.</param>
/// <param name="Hidden">The hidden width of the perceptrons.</param>
/// <param name="NormEps">Added to the variance in layer normalisation.</param>
public sealed record BertConfig(int VocabularySize, int Positions, int Width, int Depth, int Heads, int Hidden, double NormEps = 1e-12)
{
    /// <summary>The key of the safetensors header under which the configuration is kept as JSON.</summary>
    public const string MetadataKey = "bert_config";

    /// <summary>The shape of its layers.</summary>
    internal Vision.TransformerShape Layers => new(Width, Depth, Heads, Hidden, Vision.MlpActivation.Gelu, NormEps);

    /// <summary>What contradicts itself; null if nothing does.</summary>
    public string? Problem() => VocabularySize < 1 || Positions < 2 ? "vocabulary_size must be positive and positions 2 or more" : Layers.Problem();
}
