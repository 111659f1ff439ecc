using SparseClip.Vlm.Data.Loading;


namespace SparseClip.Vlm.Training.Clip;

/// <summary>
/// The batches of a run: their pictures may grow on the way, or be a given number of batches that come again and again with new captions. One loader is open at a time.
/// </summary>
/// <param name="open">Opens a loader, not started, of pictures of the given side in pixels.</param>
/// <param name="distinct">How many batches of pictures there are; null for new ones in every step.</param>
internal sealed class ClipBatches(Func<int, ClipBatchLoader> open, int? distinct = null) : IDisposable
{
    private readonly Dictionary<long, IReadOnlyList<ClipItem>> _seen = [];
    private ClipBatchLoader? _loader;
    private long? _next; // the number of the batch that the started loader gives next

    /// <summary>The batch of a step. Its pictures have pixels when they come for the first time since this was made.</summary>
    /// <param name="step">The step.</param>
    /// <param name="size">The side of its pictures in pixels.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public ClipBatch Next(long step, int size, CancellationToken cancellationToken)
    {
        if (_loader?.Options.Size != size)
        {
            _loader?.Dispose();
            _loader = open(size);
            _next = null;
        }

        var number = step % (distinct ?? long.MaxValue);
        if (_seen.TryGetValue(number, out var items))
        {
            return _loader.Recaption(number, items, step);
        }

        if (_next != number)
        {
            _loader.Start(number);
        }

        _next = number + 1;
        var batch = _loader.Next(cancellationToken);
        if (distinct is not null)
        {
            _seen[number] = batch.Items;
        }

        return batch;
    }

    /// <inheritdoc />
    public void Dispose() => _loader?.Dispose();
}
