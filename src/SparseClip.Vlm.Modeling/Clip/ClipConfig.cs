using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Modeling.Clip;

/// <summary>The shape of an imported CLIP (Radford et al. 2021) and how texts and pictures are made ready for it.</summary>
/// <param name="Vision">The vision tower, with the normalisation of pixels.</param>
/// <param name="Text">The text tower.</param>
/// <param name="ProjectionWidth">P, the width of the space that both towers end in.</param>
/// <param name="Tokens">How texts become ids.</param>
/// <param name="Framing">How pictures become squares.</param>
public sealed record ClipConfig(
    VisionTransformerConfig Vision, ClipTextConfig Text, int ProjectionWidth, ClipTokenConfig Tokens, ClipFraming Framing)
{
    /// <summary>The key of the safetensors header under which the configuration is kept as JSON.</summary>
    public const string MetadataKey = "clip_config";

    /// <summary>What contradicts itself; null if nothing does.</summary>
    internal string? Problem() =>
        Vision.Problem() is { } vision ? "vision tower: " + vision
        : Text.Problem() is { } text ? "text tower: " + text
        : ProjectionWidth < 1 ? $"the projection width {ProjectionWidth} is not positive"
        : Framing.CropSize != Vision.ImageSize ? $"the preprocessing makes pictures of {Framing.CropSize} pixels a side, the vision tower takes {Vision.ImageSize}"
        : Framing.Problem();
}

/// <summary>Which token's last state stands for a text.</summary>
public enum ClipPooling
{
    /// <summary>The first of those with the highest id: the end token in CLIP's own vocabulary. OpenAI, OpenCLIP, and Hugging Face's older configurations, which say eos_token_id 2.</summary>
    HighestId,

    /// <summary>The first end token; the first token where there is none.</summary>
    EndToken,
}

/// <summary>The shape of a causal text transformer.</summary>
/// <param name="VocabularySize">Rows of the token embedding.</param>
/// <param name="ContextLength">Most tokens a text has, start and end among them.</param>
/// <param name="Width">d.</param>
/// <param name="Depth">Number of blocks.</param>
/// <param name="Heads">Attention heads; divides the width.</param>
/// <param name="MlpWidth">Hidden width of the MLPs.</param>
/// <param name="Activation">Of the MLPs.</param>
/// <param name="NormEps">Added to the variance in layer normalisation.</param>
/// <param name="Pooling">Which token's state stands for the text.</param>
/// <param name="EndToken">The id that <see cref="ClipPooling.EndToken"/> looks for.</param>
public sealed record ClipTextConfig(
    int VocabularySize,
    int ContextLength,
    int Width,
    int Depth,
    int Heads,
    int MlpWidth,
    MlpActivation Activation,
    double NormEps,
    ClipPooling Pooling,
    int EndToken)
{
    internal TransformerShape Blocks => new(Width, Depth, Heads, MlpWidth, Activation, NormEps);

    internal string? Problem() =>
        VocabularySize < 1 ? $"vocab_size {VocabularySize} is not positive"
        : ContextLength < 2 ? $"a context of {ContextLength} tokens has no place for the start and the end"
        : Blocks.Problem();
}

/// <summary>How a text is cleaned before it is split into words.</summary>
public enum ClipCleaning
{
    /// <summary>As Hugging Face: canonical composition, white space to single spaces, lower case.</summary>
    HuggingFace,

    /// <summary>As OpenCLIP: also HTML entities, curled quotes, ligatures and wide characters become plain ones.</summary>
    OpenClip,
}

/// <summary>How texts become ids; the vocabulary is kept beside it.</summary>
/// <param name="Cleaning">What is done to a text first.</param>
/// <param name="PaddingId">The id that fills a row after its end token.</param>
public sealed record ClipTokenConfig(ClipCleaning Cleaning, int PaddingId);

/// <summary>How a picture is resized before its centre is cut out.</summary>
public enum ClipResize
{
    /// <summary>The shorter side to the given length, the proportions kept.</summary>
    ShortestEdge,

    /// <summary>Both sides to the given length.</summary>
    Squash,
}

/// <summary>Whose arithmetic prepares a picture; they differ by a pixel of the crop's place and a level of some values.</summary>
public enum ClipImaging
{
    /// <summary>Hugging Face's: torchvision on bytes, with weights of 16 bits; a crop between two pixels goes to the lower.</summary>
    HuggingFace,

    /// <summary>OpenCLIP's: Pillow; a crop between two pixels goes to the even one.</summary>
    OpenClip,
}

/// <summary>How a picture becomes the square that a CLIP sees.</summary>
/// <param name="Resize">Which side is resized.</param>
/// <param name="ResizeTo">To how many pixels.</param>
/// <param name="CropSize">Side of the central square in pixels.</param>
/// <param name="Imaging">Whose arithmetic is followed.</param>
public sealed record ClipFraming(ClipResize Resize, int ResizeTo, int CropSize, ClipImaging Imaging)
{
    internal string? Problem() =>
        CropSize < 1 ? $"the crop of {CropSize} pixels is not positive"
        : CropSize > ResizeTo ? $"the crop of {CropSize} pixels is larger than the {ResizeTo} that pictures are resized to"
        : null;
}
