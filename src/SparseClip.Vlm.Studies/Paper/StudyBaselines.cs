using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Modeling.Baselines;
using SparseClip.Vlm.Training.Autoencoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Fits the dictionaries that Sparse CLIP is compared with to the dense twin of the same study, on the same pictures, by as many steps.</summary>
/// <param name="preset">Sizes and weights.</param>
/// <param name="data">What is read; not owned.</param>
/// <param name="dense">The dense twin in evaluation mode; not owned.</param>
/// <param name="seed">Of atoms and batches.</param>
public sealed class StudyBaselines(StudyPreset preset, StudyData data, StudyModel dense, int seed)
{
    /// <summary>SpLiCE's published penalty, 0.25, in the units of the lasso here: its code divides by twice the width.</summary>
    private const double SplicePenalty = 0.25;

    /// <summary>The three autoencoders, with as many latents as the sparse run has features.</summary>
    /// <param name="active">Active latents of the two TopK ones: the L0 of the sparse run, so that they are compared at one sparsity.</param>
    public IReadOnlyList<AutoencoderVariant> Autoencoders(int active) =>
        AutoencoderVariant.All(dense.Config.Dimension, preset.SparseDimension, active, preset.AutoencoderL1Weight);

    /// <summary>Trains an autoencoder on unit embeddings.</summary>
    /// <returns>Without gradients; the caller's.</returns>
    public SparseAutoencoder Fit(SparseAutoencoderConfig config, int steps, Action<int>? report, CancellationToken cancellationToken)
    {
        var batches = new StudyBatches(data.Train, preset.Batch, seed);
        var autoencoder = SparseAutoencoder.Create(config, seed);
        try
        {
            var options = new SparseAutoencoderTrainerOptions(
                steps, WarmupSteps: (int)(preset.Warmup * steps), DeadAfter: Math.Max(preset.Batch, (long)preset.Batch * steps / 10), ReportEvery: Math.Max(1, steps / 20));
            new SparseAutoencoderTrainer(options).Train(autoencoder, step => Embeddings(batches, step), progress => report?.Invoke((int)progress.Step), cancellationToken);
            return autoencoder;
        }
        catch
        {
            autoencoder.Dispose();
            throw;
        }
    }

    /// <summary>The SpLiCE dictionary over the most frequent words; nothing is trained. The caller's.</summary>
    public SpliceDictionary Splice()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var embeddings = dense.text.forward(data.Texts.States([.. data.Words.Take(preset.SpliceWords).Select(CaptionWriter.Plain)]));
        var (pooled, _) = new StudyBatches(data.Train, preset.Batch, seed).Sample(2048);
        return new SpliceDictionary(
            embeddings, StudyEmbedder.Units(dense, pooled).mean([0]), SplicePenalty / (2 * dense.Config.Dimension));
    }

    private Tensor Embeddings(StudyBatches batches, long step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (pooled, _) = batches.At(step);
        return StudyEmbedder.Units(dense, pooled).MoveToOuterDisposeScope();
    }
}
