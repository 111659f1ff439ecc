namespace SparseClip.Vlm.Training.Adapter;

/// <summary>The live line of a run, averaged over the steps since the last one.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Minutes">Training time used, in minutes.</param>
/// <param name="TotalMinutes">Training time planned, in minutes.</param>
/// <param name="Loss">Mean cross-entropy of an answer token, in nats.</param>
/// <param name="TokenAccuracy">The share of answer tokens that are the most probable ones, 0..1.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="TokensPerSecond">Answer tokens a second, loading included.</param>
/// <param name="PicturesPerSecond">Pictures a second, loading included.</param>
/// <param name="LoaderWait">The share of the time in which the step waited for the loader, 0..1.</param>
public sealed record AdapterProgress(
    long Step, double Minutes, double TotalMinutes, double Loss, double TokenAccuracy, double GradientNorm,
    double TokensPerSecond, double PicturesPerSecond, double LoaderWait);

/// <summary>Answers to the subject question on pictures not trained on, decoded greedily.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Set">Which pictures.</param>
/// <param name="Accuracy">The share whose answer names the label, 0..1.</param>
/// <param name="Suppressed">The share of answers that no longer name the label when its features are taken out and another label's raised, 0..1.</param>
/// <param name="Reached">The share of those answers that name the other label, 0..1.</param>
/// <param name="Examples">Some answers: label, answer, other label, steered answer.</param>
public sealed record AdapterProbeResult(
    long Step, string Set, double Accuracy, double Suppressed, double Reached, IReadOnlyList<ProbedAnswer> Examples);

/// <summary>One probed picture.</summary>
public sealed record ProbedAnswer(string Label, string Answer, string Other, string Steered);

/// <summary>Averages the steps since the last report.</summary>
internal sealed class AdapterWindow
{
    private readonly List<(AdapterLoss Loss, double Norm)> _steps = [];
    private double _seconds;
    private double _waited;
    private long _pictures;

    public void Add(AdapterLoss loss, double norm, int pictures, double seconds, double waited)
    {
        _steps.Add((loss, norm));
        _pictures += pictures;
        _seconds += seconds;
        _waited += waited;
    }

    /// <summary>The averages; the window starts again.</summary>
    public AdapterProgress Take(long step, double minutes, double totalMinutes)
    {
        var progress = new AdapterProgress(
            step, minutes, totalMinutes,
            _steps.Average(s => s.Loss.Loss), _steps.Average(s => s.Loss.TokenAccuracy), _steps.Average(s => s.Norm),
            _steps.Sum(s => s.Loss.Tokens) / _seconds, _pictures / _seconds, _waited / _seconds);
        _steps.Clear();
        _seconds = _waited = _pictures = 0;
        return progress;
    }
}
