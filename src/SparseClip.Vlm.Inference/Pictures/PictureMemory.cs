using System.Diagnostics;
using BitFaster.Caching.Lru;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Inference.Pictures;

/// <summary>
/// The one owner of pictures: decodes and encodes their files and maps their features, one at a time, since every step uses all cores and much memory;
/// the pictures used last are remembered and not done again. Thread-safe.
/// </summary>
internal sealed class PictureMemory : IAsyncDisposable
{
    private const int SmallestCache = 3; // of the library

    private readonly IImageEncoder _encoder;
    private readonly PictureLimits _limits;
    private readonly int _capacity;
    private readonly ClassicLru<string, SeenPicture> _seen;
    private readonly SemaphoreSlim _turn = new(1);
    private bool _isClosed;

    /// <param name="encoder">The vision tower; it stays the caller's.</param>
    /// <param name="capacity">How many pictures are remembered; 1 or more.</param>
    /// <param name="limits">Which pictures are refused.</param>
    public PictureMemory(IImageEncoder encoder, int capacity, PictureLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_encoder, _capacity, _limits) = (encoder, capacity, limits);
        _seen = new ClassicLru<string, SeenPicture>(Math.Max(SmallestCache, capacity));
    }

    /// <summary>A picture that is remembered; it counts as used.</summary>
    public SeenPicture? Recall(string id) => _seen.TryGet(id, out var seen) ? seen : null;

    /// <summary>Remembers a picture no more.</summary>
    public void Forget(string id) => _seen.TryRemove(id);

    /// <summary>A picture with its codes.</summary>
    /// <exception cref="PictureException">The picture is refused; the exception says why.</exception>
    public async Task<StoredPicture> LookAsync(PictureFile file, CancellationToken cancellationToken)
    {
        if (Recall(file.Id) is { } known)
        {
            return new StoredPicture(known, Cached: true);
        }

        return await InTurnAsync(
            () =>
            {
                // Someone else may have brought the same picture while this one waited.
                if (Recall(file.Id) is { } meanwhile)
                {
                    return new StoredPicture(meanwhile, Cached: true);
                }

                var seen = Encode(file, cancellationToken);
                Remember(seen);
                return new StoredPicture(seen, Cached: false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The heat maps of features. [features, patches]</summary>
    public Task<float[]> HeatMapsAsync(SeenPicture picture, int[] features, CancellationToken cancellationToken) =>
        InTurnAsync(() => _encoder.HeatMaps(picture.Pixels.Span, features), cancellationToken);

    /// <summary>Waits for the picture at hand; those that still wait are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        _isClosed = true;
        _turn.Release();
    }

    private async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return await Task.Run(work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private SeenPicture Encode(PictureFile file, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var picture = ImageDecoder.DecodeRgba(file.Bytes, _limits);
        cancellationToken.ThrowIfCancellationRequested();
        var (pixels, square) = CutoutPolicy.Apply(picture, _encoder.InputSize);
        var code = _encoder.Encode(pixels, 1, cancellationToken)[0];
        return new SeenPicture(file.Id, square, pixels, _encoder.InputSize, code, watch.Elapsed.TotalMilliseconds);
    }

    /// <summary>Called in turn only, so that what is trimmed below the library's smallest size is always the least recently used.</summary>
    private void Remember(SeenPicture seen)
    {
        _seen.AddOrUpdate(seen.Id, seen);
        if (_seen.Count > _capacity)
        {
            _seen.Policy.Eviction.Value!.Trim(_seen.Count - _capacity);
        }
    }
}
