namespace SparseClip.Vlm.Training.Runs;

/// <summary>Who looks on while a run goes. Both are called on the training thread; what they take is no training time.</summary>
public sealed record TrainingObserver
{
    /// <summary>Steps between reports, 1 or more.</summary>
    public int ReportEvery { get; init; } = 20;

    /// <summary>Gets the live line, and one of the last steps at the end.</summary>
    public Action<TrainingProgress>? Report { get; init; }

    /// <summary>Training time between measurements, in seconds.</summary>
    public double MeasureSeconds { get; init; } = 300;

    /// <summary>Whether what the run starts from, or goes on from, is measured too.</summary>
    public bool MeasuresStart { get; init; }

    /// <summary>Measures what is trained; may leave it in evaluation mode. Null for never.</summary>
    public Action<TrainingState>? Measure { get; init; }
}
