using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip.Classes;

/// <summary>The image side of the features of classes: rows of the classifier's last layer, and means of rows, each less what it gives to nearly all pictures.</summary>
internal static class ClassImages
{
    /// <summary>The features as one affine map of the kept top's pooled states: activation = ReLU(W h + b).</summary>
    /// <param name="classifier">The published weights: <c>classifier.weight</c> [classes, d].</param>
    /// <param name="kinds">What there is to be a feature of.</param>
    /// <param name="states">Pooled states of the kept top of training pictures. [N, d] float32</param>
    /// <param name="options">How.</param>
    /// <returns>W [kinds, d] and b [kinds], of the caller's dispose scope.</returns>
    /// <exception cref="CheckpointException">The weights have no classifier.</exception>
    public static (Tensor Weight, Tensor Bias) Fold(SafetensorsFile classifier, IReadOnlyList<ClassKind> kinds, Tensor states, ClassFeatureOptions options)
    {
        using var scope = NewDisposeScope();
        var rows = classifier.Load("classifier.weight", ScalarType.Float32);
        rows = rows - rows.mean([0], keepdim: true); // a softmax does not see what all logits share
        var means = stack([.. kinds.Select(kind => rows.index_select(0, tensor(kind.Classes.Select(number => (long)number).ToArray())).mean([0]))]); // [K, d]
        var logits = states.matmul(means.t()); // [N, K]
        var spread = logits.std([0], unbiased: false).AtLeast(1e-6); // [K]
        var usual = spread[..(int)rows.shape[0]].median();
        var thresholds = stack([.. kinds.Select((kind, number) => Threshold(logits[.., number], Rate(kind, options)))]);
        // The logits of wide kinds are means, so they differ less between pictures; all kinds count alike.
        var factor = kinds.Select((kind, number) => kind.Classes.Count == 1 ? 1f : (usual / spread[number]).item<float>()).ToArray();
        var scale = tensor(factor).Times(options.Pictures);
        return ((means * scale.unsqueeze(1)).MoveToOuterDisposeScope(), (-thresholds * scale).MoveToOuterDisposeScope());
    }

    private static double Rate(ClassKind kind, ClassFeatureOptions options) =>
        Math.Min(ClassFeatureOptions.LargestRate, options.Rate * Math.Sqrt(kind.Classes.Count));

    /// <summary>What a share of the values is above.</summary>
    private static Tensor Threshold(Tensor values, double share) => values.topk(Math.Max(2, (int)(share * values.shape[0]))).values[^1];
}
