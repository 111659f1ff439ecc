using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Inference.Features;

/// <summary>
/// Lets one piece of work through at a time, off the caller's thread, since each uses all cores; and lets only so many wait. Thread-safe.
/// </summary>
/// <param name="mostWaiting">The most that wait while one works, 0 or more.</param>
internal sealed class Turnstile(int mostWaiting) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private int _inside;
    private volatile bool _isClosed;

    /// <summary>Works when its turn comes.</summary>
    /// <exception cref="ModelBusyException">Too many wait already.</exception>
    /// <exception cref="ObjectDisposedException">The turnstile was closed meanwhile.</exception>
    public async Task<T> PassAsync<T>(Func<CancellationToken, T> work, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _inside) > mostWaiting + 1)
            {
                throw new ModelBusyException(TimeSpan.FromSeconds(1));
            }

            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                ObjectDisposedException.ThrowIf(_isClosed, this);
                return await Task.Run(() => work(cancellationToken), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    /// <summary>Waits for the work at hand; what still waits is refused.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        await _turn.WaitAsync().ConfigureAwait(false);
        _turn.Release();
    }
}
