using SparseClip.Vlm.Inference.Features;
using SparseClip.Vlm.Llama.Generation;
using SparseClip.Vlm.Llama.Models;
using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Inference.Pipeline;

/// <summary>How a model is loaded and run.</summary>
public sealed record VisionLanguageModelOptions
{
    /// <summary>How many pictures are remembered, those used last, about 0.1 MB each; 1 or more.</summary>
    public int KeptPictures { get; init; } = 256;

    /// <summary>The most bytes of one picture file.</summary>
    public long MaximumPictureBytes { get; init; } = PictureLimits.Default.MaximumBytes;

    /// <summary>Pictures of more pixels are refused before they are decoded. Default 50 million.</summary>
    public long MaximumPicturePixels { get; init; } = PictureLimits.Default.MaximumPixels;

    /// <summary>How names and words find features.</summary>
    public FeatureIndexOptions Features { get; init; } = new();

    /// <summary>The shape of the generation engine.</summary>
    public GenerationOptions Generation { get; init; } = new();

    /// <summary>How the language model's file is loaded.</summary>
    public LlamaModelOptions LanguageModel { get; init; } = new();
}
