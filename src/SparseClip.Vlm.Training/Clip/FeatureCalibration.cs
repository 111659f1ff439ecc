using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>
/// Sets how readily the features of a finished tower become active, by biases that may depend on the kind of picture. In photographs less readily than in drawn pictures
/// (<see cref="PhotographReadout"/>), least of all where a feature is active in many of them and in few of their captions; in texts more readily, so that what pictures activate texts do too. Nothing is
/// trained, the tower's shape stays, and what drawn pictures activate stays nearly as it is.
/// </summary>
public static class FeatureCalibration
{
    private const int RowsAtOnce = 1024;
    private const float LeastScore = 0.2f; // photographs that look drawn do not decide

    /// <summary>Sets them.</summary>
    /// <param name="model">In evaluation mode; the biases of its text head and the image head change.</param>
    /// <param name="states">The frozen part of the text tower; not owned.</param>
    /// <param name="loader">Draws training pictures, at the tower's input size: icons or scenes and photographs; not started.</param>
    /// <param name="pictures">At least how many are taken, 1 or more; a fifth of them measures.</param>
    /// <param name="options">How.</param>
    /// <param name="report">Called with the number of pictures done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between batches; the tower is then as it was.</param>
    /// <exception cref="TrainingException">The loader gives no photographs, or nothing but photographs.</exception>
    /// <exception cref="ShardException">The data folder has too few pictures for its batches.</exception>
    public static FeatureCalibrationReport Apply(
        SparseClipModel model, IFrozenTextStates states, ClipBatchLoader loader, int pictures, FeatureCalibrationOptions options, Action<int>? report,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(pictures, 1);
        options.Validate();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var fitted = new StateSample();
        using var said = new ActiveCounts(model.Config.Dimension);
        var heldOut = StateSample.HoldOut(
            model, states, loader, pictures,
            (batch, pooled, captions) =>
            {
                var first = batch.FirstOf(ClipItemKind.Photo);
                fitted.Add(pooled, null, first);
                said.Add(model.text_head.PreActivations(captions[first..]).Plus(options.Texts));
            },
            report, cancellationToken);
        using var readout = PhotographReadout.Fit(model.image_head, cat(fitted.Drawn), cat(fitted.Photographs));
        var right = cat([readout.Score(cat(heldOut.Drawn)).IsBelow(0.5), readout.Score(cat(heldOut.Photographs)).IsAtLeast(0.5)]).to_type(ScalarType.Float32).mean().item<float>();
        var before = heldOut.Measure(model);
        readout.LowerPhotographs(Photographs(model, readout, cat(fitted.Photographs), said.Shares(), options));
        model.text_head.head.ShiftBiases(Scalars.Filled([model.Config.Dimension], options.Texts));
        return new FeatureCalibrationReport(heldOut.Count, right, before, heldOut.Measure(model));
    }

    /// <summary>
    /// s of every feature, [D]. A photograph h activates a feature of pre-activation a as long as a - s p(h) is above 0, that is a / p(h) above s. So the feature is active in a
    /// share q of the photographs where s is the quantile 1 - q of a / p(h).
    /// </summary>
    private static Tensor Photographs(SparseClipModel model, PhotographReadout readout, Tensor photographs, Tensor captionShares, FeatureCalibrationOptions options)
    {
        using var scope = NewDisposeScope();
        var blocks = photographs.split(RowsAtOnce).Select(rows => model.image_head.PreActivations(rows) / readout.Score(rows).AtLeast(LeastScore).unsqueeze(1));
        var ratios = cat([.. blocks, Scalars.Filled([1, model.Config.Dimension], float.NegativeInfinity)]).sort(0, descending: true).Values; // [N + 1, D]
        var allowed = options.Follow > 0 ? captionShares.Times(options.Follow).Within(options.Least, options.Most) : captionShares.FilledLike(options.Most);
        return At(ratios, allowed).AtMost(options.Frequent).AtLeast(options.Photographs).MoveToOuterDisposeScope();
    }

    /// <summary>Of each column of sorted values the one that a share [D] of them lies above: of [N + 1, D] of which the last ones are the least possible. [D]</summary>
    private static Tensor At(Tensor sorted, Tensor shares)
    {
        var rows = shares.Times(sorted.shape[0] - 1).floor().to_type(ScalarType.Int64);
        return sorted.gather(0, rows.unsqueeze(0)).squeeze(0);
    }

    /// <summary>In how many rows each feature was above 0.</summary>
    private sealed class ActiveCounts(int dimension) : IDisposable
    {
        private readonly Tensor _counts = zeros(dimension).DetachFromDisposeScope();
        private long _rows;

        public void Add(Tensor preActivations)
        {
            using var scope = NewDisposeScope();
            _counts.PlusInPlace(preActivations.IsAbove(0).to_type(ScalarType.Float32).sum([0]));
            _rows += preActivations.shape[0];
        }

        /// <summary>[D], 0..1; the caller's scope's.</summary>
        public Tensor Shares() => _counts.Over(Math.Max(1, _rows));

        public void Dispose() => _counts.Dispose();
    }
}
