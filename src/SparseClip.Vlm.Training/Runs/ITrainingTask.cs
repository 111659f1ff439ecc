using SparseClip.Vlm.Training.Optimization;

namespace SparseClip.Vlm.Training.Runs;

/// <summary>What is learned: parameters, batches and named losses. <see cref="Trainer{TBatch}"/> knows nothing else of it.</summary>
/// <typeparam name="TBatch">What a step learns from; disposed after it.</typeparam>
public interface ITrainingTask<TBatch>
    where TBatch : class, IDisposable
{
    /// <summary>What is trained, each under a name of its own.</summary>
    IEnumerable<TrainedParameter> Parameters { get; }

    /// <summary>What to do when a loss is not finite, as one or more sentences.</summary>
    string Remedy { get; }

    /// <summary>The batch of a step; waits for it. Null when there are no more.</summary>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    TBatch? Next(TrainingMoment moment, CancellationToken cancellationToken);

    /// <summary>The losses of a batch, in the dispose scope of the step.</summary>
    StepLosses Losses(TBatch batch, TrainingMoment moment);

    /// <summary>Called between the backward pass and the update: may change gradients.</summary>
    void BeforeUpdate()
    {
    }

    /// <summary>Called after the update, in the dispose scope of the step: may change parameters.</summary>
    void AfterUpdate(TrainingMoment moment)
    {
    }

    /// <summary>What is the case when a report is due, beside what is averaged over its steps; what is counted for it starts again.</summary>
    IEnumerable<Measure> Gauge() => [];

    /// <summary>Goes to training mode: at the start, and after every look from outside.</summary>
    void Learn();
}
