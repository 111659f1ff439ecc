using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Training.Data.Augmentation;
using SparseClip.Vlm.Training.Data.Shards;

namespace SparseClip.Vlm.Training.Data.Loading;

/// <summary>Some pictures of an evaluation set, not augmented.</summary>
/// <param name="Pixels">[B, S, S, 3] sRGB bytes.</param>
/// <param name="Pictures">[B]</param>
public sealed record EvaluationBatch(byte[] Pixels, IReadOnlyList<LabelledPicture> Pictures)
{
    public int Count => Pictures.Count;
}

/// <summary>
/// Streams a labelled set in fixed squares: pictures with opacity centred on white with their longer side at 90% of the square, all others by
/// the square policy. At most one batch is in memory. Unreadable pictures are passed over and listed.
/// </summary>
/// <param name="set">The pictures.</param>
/// <param name="size">Side S.</param>
public sealed class EvaluationLoader(LabelledSet set, int size)
{
    private const double IconShare = 0.9;

    private readonly List<string> skipped = [];

    /// <summary>Pictures that could not be decoded, with the reason.</summary>
    public IReadOnlyList<string> Skipped => skipped;

    /// <summary>The set from the beginning, in its order.</summary>
    /// <param name="batchSize">Most pictures a batch.</param>
    /// <param name="cancellationToken">Stops between pictures.</param>
    public IEnumerable<EvaluationBatch> Batches(int batchSize, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var perPicture = size * size * 3;
        for (var start = 0; start < set.Pictures.Count; start += batchSize)
        {
            var pictures = new List<LabelledPicture>(batchSize);
            var pixels = new byte[Math.Min(batchSize, set.Pictures.Count - start) * perPicture];
            foreach (var picture in set.Pictures.Skip(start).Take(batchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    ToSquare(set.Read(picture), size, picture.Entry?.Kind == "icon").CopyTo(pixels.AsSpan(pictures.Count * perPicture));
                    pictures.Add(picture);
                }
                catch (PictureException e)
                {
                    skipped.Add($"{picture.Name}: {e.Message}");
                }
            }

            if (pictures.Count > 0)
            {
                yield return new EvaluationBatch(pixels.Length == pictures.Count * perPicture ? pixels : pixels[..(pictures.Count * perPicture)], pictures);
            }
        }
    }

    /// <summary>One picture file as evaluation sees it.</summary>
    /// <param name="file">PNG, JPEG, WebP, GIF or BMP.</param>
    /// <param name="size">Side S.</param>
    /// <param name="isIcon">Drawn on white at 90% even where nothing of it is transparent.</param>
    /// <returns>[S, S, 3]</returns>
    /// <exception cref="PictureException">It cannot be decoded.</exception>
    public static byte[] ToSquare(byte[] file, int size, bool isIcon = false)
    {
        var isPng = file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47]);
        if (!isPng)
        {
            return SquarePolicy.Apply(ImageDecoder.Decode(file), size).Pixels;
        }

        var picture = ImageDecoder.DecodeRgba(file);
        return isIcon || HasOpacity(picture) ? OnWhite(picture, size) : SquarePolicy.Apply(Opaque(picture), size).Pixels;
    }

    /// <summary>An icon centred on a white square, before any resizing: the square policy then only has to scale it.</summary>
    private static byte[] OnWhite(RgbaPicture icon, int size)
    {
        var side = Math.Max(1, (int)Math.Round(Math.Max(icon.Width, icon.Height) / IconShare));
        var square = new byte[side * side * 3];
        square.AsSpan().Fill(255);
        var (left, top) = ((side - icon.Width) / 2, (side - icon.Height) / 2);
        for (var y = 0; y < icon.Height; y++)
        {
            for (var x = 0; x < icon.Width; x++)
            {
                var from = icon.Pixels.AsSpan(((y * icon.Width) + x) * 4, 4);
                var to = square.AsSpan((((top + y) * side) + left + x) * 3, 3);
                for (var c = 0; c < 3; c++)
                {
                    to[c] = (byte)(((from[c] * from[3]) + (255 * (255 - from[3])) + 127) / 255);
                }
            }
        }

        return BicubicResizer.Resize(new RgbPicture(side, side, square), new PixelRectangle(0, 0, side, side), size, size);
    }

    private static bool HasOpacity(RgbaPicture picture)
    {
        for (var i = 3; i < picture.Pixels.Length; i += 4)
        {
            if (picture.Pixels[i] < Sprite.VisibleAlpha)
            {
                return true;
            }
        }

        return false;
    }

    private static RgbPicture Opaque(RgbaPicture picture)
    {
        var pixels = new byte[picture.Width * picture.Height * 3];
        for (int from = 0, to = 0; to < pixels.Length; from += 4, to += 3)
        {
            (pixels[to], pixels[to + 1], pixels[to + 2]) = (picture.Pixels[from], picture.Pixels[from + 1], picture.Pixels[from + 2]);
        }

        return new RgbPicture(picture.Width, picture.Height, pixels);
    }
}
