using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling.Imaging;

namespace SparseClip.Vlm.Data.Loading;

/// <summary>Some pictures of an evaluation set, not augmented.</summary>
/// <param name="Pixels">[B, S, S, 3] sRGB bytes.</param>
/// <param name="Pictures">[B]</param>
public sealed record EvaluationBatch(byte[] Pixels, IReadOnlyList<LabelledPicture> Pictures)
{
    /// <summary>B, the number of pictures.</summary>
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

        return CutoutPolicy.Apply(ImageDecoder.DecodeRgba(file), size, isIcon).Pixels;
    }
}
