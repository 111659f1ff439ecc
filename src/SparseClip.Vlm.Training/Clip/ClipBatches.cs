using SparseClip.Vlm.Training.Data.Loading;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>The batches of a run whose pictures may grow on the way. One loader is open at a time.</summary>
/// <param name="open">Opens a loader, not started, of pictures of the given side in pixels.</param>
internal sealed class ClipBatches(Func<int, ClipBatchLoader> open) : IDisposable
{
    private ClipBatchLoader? _loader;

    /// <summary>The batch of a step, which is one more than the last one asked for or the first.</summary>
    /// <param name="step">The step.</param>
    /// <param name="size">The side of its pictures in pixels.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public ClipBatch Next(long step, int size, CancellationToken cancellationToken)
    {
        if (_loader?.Options.Size != size)
        {
            _loader?.Dispose();
            _loader = open(size);
            _loader.Start(step);
        }

        return _loader.Next(cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => _loader?.Dispose();
}
