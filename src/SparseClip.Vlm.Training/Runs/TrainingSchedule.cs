using SparseClip.Vlm.Training.Optimization;

namespace SparseClip.Vlm.Training.Runs;

/// <summary>How long is trained, and by what steps of AdamW.</summary>
/// <param name="Length">The end of the training.</param>
/// <param name="WarmupSteps">Steps over which the rates rise, 0 or more; they fall as a cosine to 0 at the end.</param>
/// <param name="WeightDecay">On matrices and convolutions, 0 or more; vectors have none.</param>
/// <param name="ClipNorm">The largest norm of the gradient, above 0.</param>
public sealed record TrainingSchedule(TrainingLength Length, int WarmupSteps, double WeightDecay, double ClipNorm)
{
    /// <summary>The next step of a run.</summary>
    /// <param name="state">How far it is.</param>
    /// <returns>Null when the training is over.</returns>
    public TrainingMoment? Next(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var used = Length.Used(state);
        return used < 1 ? new TrainingMoment(state.Step, used, LearningRate.Factor(state.Step, WarmupSteps, used)) : null;
    }
}

/// <summary>The end of a training: after a number of steps, or after a time.</summary>
/// <param name="Minutes">Training time, 0 or more; nothing where <paramref name="Steps"/> are given.</param>
/// <param name="Steps">Steps instead of a time, 1 or more; null for a time.</param>
public sealed record TrainingLength(double Minutes, long? Steps)
{
    /// <summary>The share of the training that is done, 0 or more; it is over at 1.</summary>
    public double Used(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Steps is { } steps ? state.Step / (double)steps
            : Minutes > 0 ? state.TrainedSeconds / (Minutes * 60)
            : 1;
    }
}
