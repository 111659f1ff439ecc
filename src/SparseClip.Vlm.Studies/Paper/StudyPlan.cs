namespace SparseClip.Vlm.Studies.Paper;

/// <summary>
/// What follows from a budget, kept so that a resumed study goes on with the same numbers.
/// </summary>
/// <param name="Minutes">The budget.</param>
/// <param name="Shards">Files of drawn pictures that every run reads.</param>
/// <param name="Steps">Of every run.</param>
public sealed record StudyPlan(double Minutes, int Shards, int Steps)
{
    /// <summary>The share of the budget for drawing pictures, where they are not in the cache.</summary>
    public const double ExtractionShare = 0.3;

    /// <summary>The share of what is then left for the steps of all runs and autoencoders; the rest goes into measuring.</summary>
    public const double TrainingShare = 0.7;

    /// <summary>The same number of steps for every run.</summary>
    /// <param name="seconds">Left of the budget.</param>
    /// <param name="secondsAStep">One step of each run.</param>
    /// <param name="preset">The bounds of a run.</param>
    public static int StepsWithin(double seconds, IReadOnlyList<double> secondsAStep, StudyPreset preset)
    {
        ArgumentNullException.ThrowIfNull(secondsAStep);
        ArgumentNullException.ThrowIfNull(preset);
        var byBudget = seconds * TrainingShare / secondsAStep.Sum();
        var byRun = preset.MostMinutes * 60 / secondsAStep.Max();
        return (int)Math.Clamp(Math.Min(byBudget, byRun), 5, preset.MostSteps);
    }
}
