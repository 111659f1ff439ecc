namespace SparseClip.Vlm.Server.Chat;

/// <summary>How long recent answers held their places, from which it follows when there is room for another. Thread-safe.</summary>
internal sealed class AnswerTimes
{
    /// <summary>What the newest answer counts for in the mean: the last ten or so tell.</summary>
    private const double Newest = 0.2;

    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(2);

    private readonly Lock _turn = new();
    private double _mean;

    /// <summary>Takes note of an answer that ended by itself.</summary>
    public void Add(TimeSpan held)
    {
        lock (_turn)
        {
            _mean = _mean == 0 ? held.TotalSeconds : _mean + (Newest * (held.TotalSeconds - _mean));
        }
    }

    /// <summary>When so many of the answers that are in the making have probably ended: they end evenly, each after the mean time. 1 second to 2 minutes; 1 second before any has ended.</summary>
    /// <param name="ended">How many have to end; 1 or more.</param>
    /// <param name="making">How many are in the making.</param>
    public TimeSpan Until(int ended, int making)
    {
        double mean;
        lock (_turn)
        {
            mean = _mean;
        }

        var wait = TimeSpan.FromSeconds(mean * ended / Math.Max(making, 1));
        return wait < s_least ? s_least : wait > s_most ? s_most : wait;
    }
}
