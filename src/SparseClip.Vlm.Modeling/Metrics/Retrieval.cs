using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Metrics;

/// <summary>
/// Retrieval among N pairs (Sparse CLIP, section 2, COCO columns): the share of queries whose own partner is among the K nearest by cosine, from image
/// to text (TR@K) and from text to image (IR@K).
/// </summary>
/// <remarks>
/// Candidates at exactly the partner's cosine count as in random order, so that codes that collapsed to one score K / N and not 1.
/// Computed in blocks of rows: 4 · block · N bytes at a time.
/// </remarks>
public static class Retrieval
{
    private const int Block = 256;

    /// <summary>Ranks every partner among all candidates, in both directions.</summary>
    /// <param name="images">[N, D], unit length.</param>
    /// <param name="texts">[N, D], unit length; row i belongs to image i.</param>
    /// <exception cref="ArgumentException">Shapes differ, or codes are not of unit length (a code without active features may be zero).</exception>
    public static RetrievalScore Evaluate(Tensor images, Tensor texts)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(texts);
        MatrixShape.Require(texts, images.dim() == 2 ? images.shape[1] : 0, "Texts", nameof(texts));
        if (images.shape[0] != texts.shape[0])
        {
            throw new ArgumentException($"{images.shape[0]} images and {texts.shape[0]} texts are no pairs.", nameof(texts));
        }

        using var noGrad = no_grad();
        RequireUnits(images, nameof(images));
        RequireUnits(texts, nameof(texts));
        var toText = Recalls(images, texts);
        var toImage = Recalls(texts, images);
        return new RetrievalScore(toText.At1, toText.At5, toImage.At1, toImage.At5, (int)images.shape[0]);
    }

    private static (double At1, double At5) Recalls(Tensor queries, Tensor candidates)
    {
        var count = queries.shape[0];
        double at1 = 0, at5 = 0;
        for (long start = 0; start < count; start += Block)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(Block, count - start);
            var cosines = queries.narrow(0, start, rows).matmul(candidates.t()); // [rows, N]
            var own = cosines.gather(1, Scalars.Range(start, start + rows).unsqueeze(1)); // [rows, 1]
            var nearer = cosines.gt(own).sum(1).to_type(ScalarType.Float64); // [rows]
            var places = cosines.eq(own).sum(1).to_type(ScalarType.Float64); // [rows] the partner and its equals
            at1 += (nearer.neg().Plus(1) / places).Within(0, 1).sum().item<double>();
            at5 += (nearer.neg().Plus(5) / places).Within(0, 1).sum().item<double>();
        }

        return (at1 / count, at5 / count);
    }

    private static void RequireUnits(Tensor codes, string parameter)
    {
        using var scope = NewDisposeScope();
        var lengths = codes.norm(1, false, 2f);
        if (!lengths.Minus(1).abs().IsAtMost(1e-2).logical_or(lengths.IsEqualTo(0)).all().item<bool>())
        {
            throw new ArgumentException("Codes are not of unit length; normalise them first.", parameter);
        }
    }
}

/// <summary>Shares of queries whose partner is among the first K, all 0..1.</summary>
/// <param name="ImageToTextAt1">TR@1.</param>
/// <param name="ImageToTextAt5">TR@5.</param>
/// <param name="TextToImageAt1">IR@1.</param>
/// <param name="TextToImageAt5">IR@5.</param>
/// <param name="Pairs">N.</param>
public sealed record RetrievalScore(double ImageToTextAt1, double ImageToTextAt5, double TextToImageAt1, double TextToImageAt5, int Pairs);
