using SparseClip.Vlm.Modeling.Metrics;
using SparseClip.Vlm.Training.Optimization;
using SparseClip.Vlm.Training.Runs;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>One variant in training, on rows of a study's pictures.</summary>
/// <param name="model">The variant; not owned.</param>
/// <param name="preset">What all runs share.</param>
/// <param name="batches">The rows.</param>
internal sealed class StudyTask(StudyModel model, StudyPreset preset, StudyBatches batches) : ITrainingTask<StudyBatch>
{
    /// <inheritdoc />
    public IEnumerable<TrainedParameter> Parameters => TrainedParameter.Of(model, preset.Rate);

    /// <inheritdoc />
    public string Remedy => $"It is the run '{model.Config.Name}': lower the rate of the study's preset.";

    /// <inheritdoc />
    public StudyBatch? Next(TrainingMoment moment, CancellationToken cancellationToken)
    {
        var (pooled, states) = batches.At(moment.Step);
        return new StudyBatch(pooled, states);
    }

    /// <inheritdoc />
    public StepLosses Losses(StudyBatch batch, TrainingMoment moment)
    {
        var losses = model.Losses(batch.Pooled, batch.States);
        LossTerm[] sparsity = losses.L1 is { } l1 ? [new("L1", l1)] : [];
        return new StepLosses([new("contrastive", losses.Contrastive), .. sparsity], [new("L0", L0.MeanFractionOf(losses.Codes.abs()))], (int)batch.Pooled.shape[0]);
    }

    /// <inheritdoc />
    public void AfterUpdate(TrainingMoment moment) => model.scale.Clamp();

    /// <inheritdoc />
    public IEnumerable<Measure> Gauge() => [new("scale", model.scale.Value)];

    /// <inheritdoc />
    public void Learn() => model.train();
}

/// <summary>The rows of a step.</summary>
/// <param name="Pooled">[B, e] float32.</param>
/// <param name="States">[B, w] float32; row i belongs to picture i.</param>
internal sealed record StudyBatch(Tensor Pooled, Tensor States) : IDisposable
{
    /// <inheritdoc />
    public void Dispose()
    {
        Pooled.Dispose();
        States.Dispose();
    }
}
