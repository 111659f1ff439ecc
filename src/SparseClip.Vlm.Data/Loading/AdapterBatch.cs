using System.Buffers;
using SparseClip.Vlm.Data.Questions;

namespace SparseClip.Vlm.Data.Loading;

/// <summary>One step's pictures and dialogues. Dispose it after use: the pixels go back to a pool.</summary>
public sealed class AdapterBatch : IDisposable
{
    private byte[]? pixels;

    internal AdapterBatch(long step, int size, DialogueSample[] samples)
    {
        (Step, Size, Samples) = (step, size, samples);
        PixelCount = checked(samples.Length * size * size * 3);
        pixels = ArrayPool<byte>.Shared.Rent(PixelCount);
    }

    /// <summary>The step that it is for: what is in it is a function of it and of the loader's options.</summary>
    public long Step { get; }

    /// <summary>Side S in pixels.</summary>
    public int Size { get; }

    /// <summary>Pictures B.</summary>
    public int Count => Samples.Count;

    /// <summary>Bytes in use: B * S * S * 3.</summary>
    public int PixelCount { get; }

    /// <summary>[B, S, S, 3] sRGB bytes; the array may be longer (see <see cref="PixelCount"/>).</summary>
    /// <exception cref="ObjectDisposedException">After <see cref="Dispose"/>.</exception>
    public byte[] Pixels => pixels ?? throw new ObjectDisposedException(nameof(AdapterBatch));

    /// <summary>[B], in random order of kinds.</summary>
    public IReadOnlyList<DialogueSample> Samples { get; }

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref pixels, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
