using System.Text.Json.Serialization;
using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>Activation between the two layers of a transformer's MLP.</summary>
public enum MlpActivation
{
    /// <summary>x Phi(x), exact.</summary>
    Gelu,

    /// <summary>x sigmoid(1.702 x), of the first CLIP weights.</summary>
    QuickGelu,
}

/// <summary>Shape of a pre-norm vision transformer (Dosovitskiy et al. 2021), with what CLIPs of OpenCLIP and Hugging Face vary.</summary>
/// <param name="Architecture">`vit`.</param>
/// <param name="ImageSize">Pixels a side that the position embedding is made for.</param>
/// <param name="PatchSize">Pixels a side of a patch; divides the image size.</param>
/// <param name="Width">d.</param>
/// <param name="Depth">Number of blocks.</param>
/// <param name="Heads">Attention heads; divides the width.</param>
/// <param name="MlpWidth">Hidden width of the MLPs.</param>
/// <param name="Activation">Of the MLPs.</param>
/// <param name="HasClassToken">Whether a learned token stands before the patches (CLIP: yes).</param>
/// <param name="HasPreNorm">Whether the embedded tokens are normalised before block 0 (CLIP: yes).</param>
/// <param name="HasPatchBias">Whether the patch embedding has a bias (CLIP: no).</param>
/// <param name="NormEps">Added to the variance in layer normalisation.</param>
/// <param name="Normalization">Of the pictures, in units of 0..255.</param>
public sealed record VisionTransformerConfig(
    string Architecture,
    int ImageSize,
    int PatchSize,
    int Width,
    int Depth,
    int Heads,
    int MlpWidth,
    MlpActivation Activation,
    bool HasClassToken,
    bool HasPreNorm,
    bool HasPatchBias,
    double NormEps,
    PixelNormalization Normalization) : IVisionTrunkConfig
{
    /// <summary>Patches along one side at <see cref="ImageSize"/>.</summary>
    [JsonIgnore]
    public int GridSide => ImageSize / PatchSize;

    /// <summary>The shape of the blocks.</summary>
    internal TransformerShape Blocks => new(Width, Depth, Heads, MlpWidth, Activation, NormEps);

    /// <inheritdoc />
    public string? Problem() =>
        ImageSize < 1 || PatchSize < 1 || ImageSize % PatchSize != 0 ? $"patch_size {PatchSize} does not divide image_size {ImageSize}"
        : Normalization.Problem() ?? Blocks.Problem();

    /// <inheritdoc />
    public string? SizeProblem(int imageSize) =>
        imageSize < PatchSize || imageSize % PatchSize != 0
            ? $"pictures of {imageSize} pixels a side are no whole number of the trunk's patches of {PatchSize}; its own size is {ImageSize}"
            : null;

    /// <inheritdoc />
    public IVisionTrunkConfig ForSize(int imageSize) => this with { ImageSize = imageSize };

    /// <inheritdoc />
    public IVisionTrunk Create(int imageSize) => new VisionTransformer(this); // positions are resampled for other sizes than its own
}
