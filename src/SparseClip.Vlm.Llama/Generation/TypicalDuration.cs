namespace SparseClip.Vlm.Llama.Generation;

/// <summary>Estimates when a full queue has room again. Written by one thread, read by any.</summary>
internal sealed class TypicalDuration
{
    private double _seconds = 1;

    /// <summary>Adds how long a request took, weighing the recent ones more.</summary>
    public void Add(TimeSpan took) => Volatile.Write(ref _seconds, 0.8 * Volatile.Read(ref _seconds) + 0.2 * took.TotalSeconds);

    /// <summary>When half of what is in flight will be done; at least a second.</summary>
    /// <param name="inFlight">Requests.</param>
    /// <param name="parallel">How many of them run at once.</param>
    public TimeSpan Wait(int inFlight, int parallel) =>
        TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(Volatile.Read(ref _seconds) * inFlight / parallel / 2)));
}
