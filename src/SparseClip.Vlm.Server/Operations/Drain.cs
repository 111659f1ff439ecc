using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Operations;

/// <summary>
/// How the server's work ends: no answer begins any more, those in the making get a while to end, and those that have not by then are told that they break off here. Thread-safe.
/// </summary>
public sealed class Drain : IDisposable
{
    private readonly CancellationTokenSource _interrupted = new();
    private volatile bool _isDraining;

    /// <summary>Whether the server is being stopped.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Cancelled when answers may no longer go on.</summary>
    public CancellationToken Interrupted => _interrupted.Token;

    /// <summary>From here on no answer begins.</summary>
    public void Begin() => _isDraining = true;

    /// <summary>From here on no answer goes on.</summary>
    public void Interrupt()
    {
        _isDraining = true;
        _interrupted.Cancel();
    }

    /// <exception cref="RefusedException">503: the server is being stopped.</exception>
    public void RequireRunning()
    {
        if (_isDraining)
        {
            throw new RefusedException(new Refusal(
                503, ErrorCodes.Draining, "The server is being stopped and takes no more questions; ask again in a moment.", RetryAfter: TimeSpan.FromSeconds(5)));
        }
    }

    /// <summary>What an answer that breaks off is told.</summary>
    public static RefusedException Interruption() => new(new Refusal(
        503, ErrorCodes.Interrupted, "The server is being stopped, and the answer breaks off here; ask again in a moment.", RetryAfter: TimeSpan.FromSeconds(5)));

    /// <inheritdoc />
    public void Dispose() => _interrupted.Dispose();
}
