namespace SparseClip.Vlm.Training.Clip;

/// <summary>Averages the steps since the last report.</summary>
internal sealed class ProgressWindow
{
    private readonly List<StepResult> _results = [];
    private double _seconds;
    private double _waited;
    private long _pictures;

    public void Add(StepResult result, int pictures, double seconds, double waited)
    {
        _results.Add(result);
        _pictures += pictures;
        _seconds += seconds;
        _waited += waited;
    }

    /// <summary>The averages; the window starts again.</summary>
    public ClipProgress Take(long step, double minutes, double totalMinutes, double activeShare)
    {
        var mean = new StepResult(
            _results.Average(result => result.ContrastiveLoss),
            _results.Average(result => result.DistillationLoss),
            _results.Average(result => result.NamingLoss),
            _results.Average(result => result.WordLoss),
            _results[^1].LogitScale,
            _results.Average(result => result.ImageL0),
            _results.Average(result => result.TextL0),
            _results.Average(result => result.GradientNorm));
        var progress = new ClipProgress(step, minutes, totalMinutes, mean, activeShare, _pictures / _seconds, _waited / _seconds);
        _results.Clear();
        _seconds = _waited = _pictures = 0;
        return progress;
    }
}
