namespace SparseClip.Vlm.Training.Runs;

/// <summary>Where a run is when it takes a step.</summary>
/// <param name="Step">Steps done before, 0 or more.</param>
/// <param name="Used">The share of the training that is done, 0..1.</param>
/// <param name="RateFactor">The schedule's factor on every learning rate, 0..1.</param>
public sealed record TrainingMoment(long Step, double Used, double RateFactor);

/// <summary>How far a run is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="TrainedSeconds">What they took, loading included; looks from outside are not.</param>
public sealed record TrainingState(long Step, double TrainedSeconds);
