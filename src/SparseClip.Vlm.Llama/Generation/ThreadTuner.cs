namespace SparseClip.Vlm.Llama.Generation;

/// <summary>
/// Chooses between all threads and one for steps of one token while the engine runs. The threads wait for one another about a thousand times a
/// token; when other programs want the same cores, every wait can cost a time slice and one thread is faster than two, while on free cores more
/// threads are. Prompts and steps of several answers wait less often for what they compute and always use all. Logits do not depend on the
/// choice. Used by one thread.
/// </summary>
internal sealed class ThreadTuner
{
    private const int ProbeSteps = 3;
    private const int FirstInterval = 4;
    private const int ShortestInterval = 16;
    private const int LongestInterval = 1024;

    private readonly int _most;
    private int _chosen;
    private double _usual;
    private int _left = FirstInterval;
    private int _interval = ShortestInterval;
    private bool _probing;
    private double _probed;
    private int _probes;

    /// <param name="most">Threads that are worth using when the cores are free.</param>
    public ThreadTuner(int most) => _most = _chosen = most;

    /// <summary>The threads of the next step of one token.</summary>
    public int Threads => _probing ? Other : _chosen;

    private int Other => _chosen == 1 ? _most : 1;

    /// <summary>Takes how long a step of one token took with <see cref="Threads"/>.</summary>
    public void Report(double milliseconds)
    {
        if (!_probing)
        {
            // A step that is suddenly slow is a reason to look at once.
            _left = _usual > 0 && milliseconds > 3 * _usual ? 0 : _left - 1;
            _usual = _usual == 0 ? milliseconds : 0.8 * _usual + 0.2 * milliseconds;
            if (_left <= 0 && _most > 1)
            {
                (_probing, _probed, _probes) = (true, 0, 0);
            }

            return;
        }

        _probed += milliseconds;
        _probes++;
        var mean = _probed / _probes;
        // A probe that is clearly slower is not repeated.
        if (_probes < ProbeSteps && mean < 2 * _usual)
        {
            return;
        }

        _probing = false;
        if (mean < 0.8 * _usual)
        {
            (_chosen, _usual, _interval) = (Other, mean, ShortestInterval);
        }
        else
        {
            _interval = Math.Min(2 * _interval, LongestInterval);
        }

        _left = _interval;
    }

    /// <summary>Begins with the faster of the two.</summary>
    /// <param name="measure">Milliseconds of a step with so many threads.</param>
    public void Begin(Func<int, double> measure)
    {
        if (_most > 1)
        {
            _chosen = measure(1) < 0.8 * measure(_most) ? 1 : _most;
        }
    }
}
