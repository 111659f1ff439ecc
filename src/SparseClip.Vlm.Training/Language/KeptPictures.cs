using System.Runtime.InteropServices;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Training.Adapter;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Language;

/// <summary>The codes of training pictures, computed once so that steps cost only the language model.</summary>
public static class KeptPictures
{
    /// <summary>Encodes the first batches of a loader.</summary>
    /// <param name="loader">The loader.</param>
    /// <param name="codes">Encodes pictures and notes their largest values.</param>
    /// <param name="count">How many pictures at least.</param>
    /// <param name="report">Gets how many are done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    public static IReadOnlyList<KeptPicture> Collect(AdapterBatchLoader loader, PictureCodes codes, int count, Action<int>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(codes);
        var kept = new List<KeptPicture>();
        for (long step = 0; kept.Count < count; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var batch = loader.Make(step, cancellationToken);
            using var encoded = codes.Encode(batch);
            var dimension = (int)encoded.shape[2];
            var values = MemoryMarshal.Cast<byte, float>(encoded.bytes);
            var perPicture = values.Length / batch.Count;
            for (var i = 0; i < batch.Count; i++)
            {
                kept.Add(new KeptPicture(DenseCode.ToImageCode(values.Slice(i * perPicture, perPicture), dimension), batch.Samples[i]));
            }

            report?.Invoke(kept.Count);
        }

        return kept;
    }
}

/// <summary>A training picture.</summary>
/// <param name="Code">Its codes.</param>
/// <param name="Sample">What is known of it; its turns are not used.</param>
public sealed record KeptPicture(ImageCode Code, DialogueSample Sample);

/// <summary>Between a picture's codes and the dense rows that edits and adapters work on.</summary>
internal static class DenseCode
{
    /// <param name="rows">[1 + patches, D], the pooled code first, the patches a square grid.</param>
    /// <param name="dimension">D.</param>
    public static ImageCode ToImageCode(ReadOnlySpan<float> rows, int dimension)
    {
        var codes = new SparseCode[rows.Length / dimension];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = SparseCode.FromDense(rows.Slice(i * dimension, dimension));
        }

        var side = (int)Math.Sqrt(codes.Length - 1);
        return new ImageCode(codes[0], codes[1..], side, side);
    }

    /// <summary>[1 + patches, D], the pooled code first.</summary>
    public static float[] Rows(ImageCode code)
    {
        var dimension = code.Pooled.Dimension;
        var rows = new float[(1 + code.Patches.Count) * dimension];
        code.Pooled.CopyTo(rows.AsSpan(0, dimension));
        for (var i = 0; i < code.Patches.Count; i++)
        {
            code.Patches[i].CopyTo(rows.AsSpan((i + 1) * dimension, dimension));
        }

        return rows;
    }
}
