using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Clip;

#pragma warning disable IDE1006, CA1051 // Field names are checkpoint keys.

/// <summary>
/// A dense CLIP (Radford et al. 2021): two transformers whose chosen states are projected into one space and compared there by cosine.
/// </summary>
public sealed class ClipModel : nn.Module
{
    /// <summary>The vision tower without its projection; a sparse head can be trained on it.</summary>
    public readonly VisionTransformer trunk;
    public readonly ClipTextTransformer text;
    public readonly Parameter image_projection; // [P, d of the vision tower]
    public readonly Parameter text_projection; // [P, d of the text tower]
    public readonly Parameter logit_scale; // scalar, ln of the factor on cosines

    /// <param name="config">The shape.</param>
    public ClipModel(ClipConfig config)
        : base(nameof(ClipModel))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        trunk = new VisionTransformer(config.Vision);
        text = new ClipTextTransformer(config.Text);
        image_projection = new Parameter(randn(config.ProjectionWidth, config.Vision.Width).Over(Math.Sqrt(config.Vision.Width)));
        text_projection = new Parameter(randn(config.ProjectionWidth, config.Text.Width).Over(Math.Sqrt(config.Text.Width)));
        logit_scale = new Parameter(tensor((float)Math.Log(1 / 0.07)));
        RegisterComponents();
        this.OwnTensors();
    }

    /// <summary>The shape it was built with.</summary>
    public ClipConfig Config { get; }

    /// <summary>The factor on cosines before a softmax.</summary>
    public double LogitScale => Math.Exp(logit_scale.item<float>());

    /// <summary>Embeds pictures.</summary>
    /// <param name="pictures">[B, 3, S, S] float32, normalised.</param>
    /// <returns>[B, P] float32, unit rows.</returns>
    public Tensor EmbedImages(Tensor pictures)
    {
        using var scope = NewDisposeScope();
        var pooled = trunk.Tokens(trunk.Stem(pictures)).select(1, 0); // the class token, [B, d]
        return nn.functional.normalize(nn.functional.linear(pooled, image_projection), dim: 1).MoveToOuterDisposeScope();
    }

    /// <summary>Embeds texts.</summary>
    /// <param name="texts">At least one text's ids, from the start token to the end token.</param>
    /// <returns>[N, P] float32, unit rows.</returns>
    public Tensor EmbedTexts(IReadOnlyList<IReadOnlyList<int>> texts)
    {
        using var scope = NewDisposeScope();
        return nn.functional.normalize(nn.functional.linear(text.Pool(texts), text_projection), dim: 1).MoveToOuterDisposeScope();
    }
}
