namespace SparseClip.Vlm.Training.Runs;

/// <summary>The live line of a run: of the steps since the last one.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Minutes">Training time used, in minutes.</param>
/// <param name="Length">What is planned.</param>
/// <param name="Losses">The mean of every term, by name; over the steps that had it.</param>
/// <param name="Measures">The mean of every measure, and what is the case now, by name.</param>
/// <param name="GradientNorm">The mean before clipping.</param>
/// <param name="ItemsPerSecond">Pictures or rows a second, loading included.</param>
/// <param name="LoaderWait">The share of the time in which the step waited for its batch, 0..1.</param>
public sealed record TrainingProgress(
    long Step, double Minutes, TrainingLength Length, IReadOnlyDictionary<string, double> Losses, IReadOnlyDictionary<string, double> Measures,
    double GradientNorm, double ItemsPerSecond, double LoaderWait);

/// <summary>What was measured on a set of pictures that are not trained on.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Set">Which pictures.</param>
/// <param name="Values">By name; shares are 0..1.</param>
/// <param name="Examples">Some of them in words; may be empty.</param>
public sealed record Measurement(long Step, string Set, IReadOnlyDictionary<string, double> Values, IReadOnlyList<string> Examples);
