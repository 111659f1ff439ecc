using System.Buffers;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Scenes;

namespace SparseClip.Vlm.Data.Loading;

/// <summary>What is known of one picture of a batch.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Label">Normalised label; of a scene its labels joined; of an extra that of its (first) photograph.</param>
/// <param name="Tags">Further words; empty for scenes and extras.</param>
/// <param name="Truth">Scenes only.</param>
/// <param name="Source">Where it comes from ("noto", "caltech101"); "scene" for scenes.</param>
public sealed record ClipItem(ClipItemKind Kind, string Label, IReadOnlyList<string> Tags, SceneTruth? Truth, string Source)
{
    /// <summary>The labels of what it shows: of a scene one for each thing.</summary>
    public IReadOnlyList<string> Things => Truth?.Labels ?? [Label];
}

/// <summary>
/// One step's pictures, in the order icons, scenes, photographs, extras; the first <see cref="CaptionedCount"/> have captions, and no
/// label occurs twice among those. Dispose it after use: the pixels go back to a pool. A batch whose pictures have come before
/// (<see cref="ClipBatchLoader.Recaption"/>) has no pixels.
/// </summary>
public sealed class ClipBatch : IDisposable
{
    private byte[]? pixels;

    internal ClipBatch(long number, int size, IReadOnlyList<ClipItem> items, string[] captions, bool hasPixels = true)
    {
        (Number, Size, Items, Captions) = (number, size, items, captions);
        PixelCount = hasPixels ? checked(items.Count * size * size * 3) : 0;
        pixels = hasPixels ? ArrayPool<byte>.Shared.Rent(PixelCount) : null;
    }

    /// <summary>The number of its pictures: what they are is a function of it and of the loader's options.</summary>
    public long Number { get; }

    /// <summary>Side S in pixels.</summary>
    public int Size { get; }

    /// <summary>Pictures B.</summary>
    public int Count => Items.Count;

    /// <summary>Bytes in use: B * S * S * 3; 0 where the pictures have come before.</summary>
    public int PixelCount { get; }

    /// <summary>[B, S, S, 3] sRGB bytes; the array may be longer (see <see cref="PixelCount"/>).</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    /// <exception cref="ObjectDisposedException">After <see cref="Dispose"/>.</exception>
    public byte[] Pixels => pixels ?? throw (PixelCount == 0
        ? new InvalidOperationException("The batch has no pixels: its pictures have come before.")
        : new ObjectDisposedException(nameof(ClipBatch)));

    /// <summary>What is known of each picture. [B]</summary>
    public IReadOnlyList<ClipItem> Items { get; }

    /// <summary>[CaptionedCount]</summary>
    public IReadOnlyList<string> Captions { get; }

    /// <summary>How many of the pictures, from the first on, have captions.</summary>
    public int CaptionedCount => Captions.Count;

    /// <summary>The labels of all captioned pictures, each once: a scene has one for each of its things.</summary>
    public IReadOnlyList<string> Labels => [.. Items.Take(CaptionedCount).SelectMany(item => item.Things).Distinct(StringComparer.Ordinal)];

    /// <summary>Further words for some of the <see cref="Labels"/>.</summary>
    public IReadOnlyList<SaidWord> Words { get; internal set; } = [];

    /// <summary>Position of the first picture of a kind; <see cref="Count"/> where there is none.</summary>
    public int FirstOf(ClipItemKind kind)
    {
        var at = 0;
        while (at < Items.Count && Items[at].Kind != kind)
        {
            at++;
        }

        return at;
    }

    /// <summary>Pictures of a kind.</summary>
    public int CountOf(ClipItemKind kind) => Items.Count(i => i.Kind == kind);

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref pixels, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
