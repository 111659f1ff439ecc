using System.Diagnostics;
using System.Security.Cryptography;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Inference.Pipeline;

/// <summary>
/// Decodes and encodes picture files and maps their features, one at a time, since every step uses all cores and much memory; the pictures seen last are not
/// done again. Thread-safe.
/// </summary>
internal sealed class PictureReader(IImageEncoder encoder, int keep, PictureLimits? limits) : IAsyncDisposable
{
    private readonly SeenPictures _seen = new(keep);
    private readonly SemaphoreSlim _turn = new(1);
    private bool _isClosed;

    /// <summary>A picture with its codes; its <see cref="SeenPicture.EncodeMilliseconds"/> is 0 when it was known.</summary>
    /// <exception cref="PictureException">The picture is refused; the exception says why.</exception>
    public async Task<SeenPicture> ReadAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(file.Span));
        if (_seen.Find(id) is { } known)
        {
            return known with { EncodeMilliseconds = 0 };
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);

            // Someone else may have brought the same picture while this one waited.
            if (_seen.Find(id) is { } meanwhile)
            {
                return meanwhile with { EncodeMilliseconds = 0 };
            }

            var seen = await Task.Run(() => Encode(id, file, cancellationToken), cancellationToken).ConfigureAwait(false);
            _seen.Add(seen);
            return seen;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The heat map of a feature.</summary>
    public async Task<float[]> HeatMapAsync(SeenPicture picture, FeatureId feature, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return await Task.Run(() => encoder.HeatMaps(picture.Pixels.Span, [feature.Value]), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits for the picture at hand; those that still wait are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        _isClosed = true;
        _turn.Release();
    }

    private SeenPicture Encode(string id, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var picture = ImageDecoder.DecodeRgba(file.ToArray(), limits);
        cancellationToken.ThrowIfCancellationRequested();
        var (pixels, square) = CutoutPolicy.Apply(picture, encoder.InputSize);
        var code = encoder.Encode(pixels, 1, cancellationToken)[0];
        return new SeenPicture(id, picture.Width, picture.Height, pixels, encoder.InputSize, code, watch.Elapsed.TotalMilliseconds)
        {
            Square = new SeenSquare(square.Left, square.Top, square.Side),
        };
    }
}
