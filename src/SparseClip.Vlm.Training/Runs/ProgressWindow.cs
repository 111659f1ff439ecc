namespace SparseClip.Vlm.Training.Runs;

/// <summary>Averages the steps since the last report by name.</summary>
internal sealed class ProgressWindow
{
    private readonly Means _losses = new();
    private readonly Means _measures = new();
    private double _norms;
    private double _seconds;
    private double _waited;
    private long _items;
    private int _steps;

    /// <summary>Whether there is nothing to report.</summary>
    public bool IsEmpty => _steps == 0;

    /// <summary>Takes what a step was made of.</summary>
    public void Add(IEnumerable<Measure> losses, StepLosses step, double norm)
    {
        _losses.Add(losses);
        _measures.Add(step.Measures);
        _norms += norm;
        _items += step.Items;
        _steps++;
    }

    /// <summary>Takes what the step took, in seconds.</summary>
    public void Add(double seconds, double waited) => (_seconds, _waited) = (_seconds + seconds, _waited + waited);

    /// <summary>The averages; the window starts again.</summary>
    public TrainingProgress Take(TrainingState state, TrainingLength length, IEnumerable<Measure> now)
    {
        var measures = _measures.Take();
        foreach (var (name, value) in now)
        {
            measures.Add(name, value);
        }

        var progress = new TrainingProgress(
            state.Step, state.TrainedSeconds / 60, length, _losses.Take(), measures, _norms / _steps, _items / _seconds, _waited / _seconds);
        _norms = _seconds = _waited = _items = _steps = 0;
        return progress;
    }

    /// <summary>Sums by name, in the order in which the names came first.</summary>
    private sealed class Means
    {
        private readonly OrderedDictionary<string, (double Sum, int Count)> _sums = [];

        public void Add(IEnumerable<Measure> values)
        {
            foreach (var (name, value) in values)
            {
                var (sum, count) = _sums.GetValueOrDefault(name);
                _sums[name] = (sum + value, count + 1);
            }
        }

        public OrderedDictionary<string, double> Take()
        {
            var means = new OrderedDictionary<string, double>(_sums.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Sum / entry.Value.Count)));
            _sums.Clear();
            return means;
        }
    }
}
