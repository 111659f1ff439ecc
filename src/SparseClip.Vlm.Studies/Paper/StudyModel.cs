using SparseClip.Vlm.Modeling.Losses;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Paper;

#pragma warning disable IDE1006, CA1051 // Field names are checkpoint keys.

/// <summary>The trained part of a study's run: two heads over frozen states of pictures and texts, and the capped logit scale.</summary>
public sealed class StudyModel : nn.Module
{
    public readonly StudyHead image;
    public readonly StudyTextTower text;
    public readonly LogitScale scale;

    /// <param name="imageWidth">e, the width of a pooled picture.</param>
    /// <param name="textWidth">The width of a text's states.</param>
    /// <param name="preset">What all runs share.</param>
    /// <param name="config">The variant.</param>
    /// <param name="seed">Of the weights.</param>
    public StudyModel(long imageWidth, long textWidth, StudyPreset preset, StudyConfig config, int seed)
        : base(nameof(StudyModel))
    {
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        using var scope = NewDisposeScope();
        manual_seed(seed);
        image = new StudyHead(imageWidth, config, FastPrecision.Fastest);
        text = new StudyTextTower(textWidth, preset, config, FastPrecision.Fastest);
        scale = new LogitScale(config.Cap);
        RegisterComponents();
        this.OwnTensors();
    }

    /// <summary>The variant.</summary>
    public StudyConfig Config { get; }

    /// <summary>The losses of a batch of pairs.</summary>
    /// <param name="pooled">[B, e] float32.</param>
    /// <param name="states">[B, w] float32; row i belongs to picture i.</param>
    public StudyLosses Losses(Tensor pooled, Tensor states)
    {
        var codes = image.forward(pooled);
        var images = nn.functional.normalize(codes, dim: 1);
        var texts = nn.functional.normalize(text.forward(states), dim: 1);
        return new StudyLosses(
            ClipLoss.Compute(images, texts, scale.Factor()),
            Config.L1Weight > 0 ? images.abs().sum(1).mean().Plus(texts.abs().sum(1).mean()).Times((float)Config.L1Weight).Over(2) : null,
            codes.detach());
    }

    /// <summary>
    /// Puts the statistics of a large sample into the norms and turns to evaluation mode. Running averages would still be near their start in the first steps of a run.
    /// </summary>
    /// <param name="pooled">[N, e] float32.</param>
    /// <param name="states">[N, w] float32.</param>
    public void Calibrate(Tensor pooled, Tensor states)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        eval();
        Take(image.norm, pooled);
        Take(text.norm, states);
        Take(text.head.norm, text.Narrowed(states));

        static void Take(StateNorm norm, Tensor sample)
        {
            norm.running_mean.copy_(sample.mean([0]));
            norm.running_var.copy_((sample - norm.running_mean).Squared().mean([0]));
        }
    }
}

/// <summary>What a variant minimises on a batch.</summary>
/// <param name="Contrastive">[] CLIP's loss, with gradient.</param>
/// <param name="L1">[] the weighted mean L1 norm of unit codes, with gradient; null where the variant has none.</param>
/// <param name="Codes">[B, D] the image codes, without gradient.</param>
public sealed record StudyLosses(Tensor Contrastive, Tensor? L1, Tensor Codes);
