using SparseClip.Vlm.Modeling.Metrics;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Data.Loading;
using SparseClip.Vlm.Training.Data.Shards;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>
/// Gives a tower's features a lower bias for photographs than for drawn pictures (<see cref="PhotographReadout"/>), so that its codes become sparser for photographs alone.
/// Nothing else of the tower changes: neither its shape nor its text side.
/// </summary>
public static class PhotographBias
{
    private const int RowsAtOnce = 1024;
    private const int AsideEvery = 5; // every fifth batch measures what the others taught

    /// <summary>Lowers it.</summary>
    /// <param name="model">In evaluation mode; its image head changes.</param>
    /// <param name="loader">Draws training pictures, at the tower's input size: icons or scenes and photographs; not started.</param>
    /// <param name="pictures">At least how many are taken, 1 or more; a fifth of them measures.</param>
    /// <param name="by">In units of a pre-activation.</param>
    /// <param name="report">Called with the number of pictures done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between batches; the tower is then as it was.</param>
    /// <exception cref="ArgumentException">The loader is asked for no photographs, or for nothing but photographs.</exception>
    /// <exception cref="ShardException">The data folder has too few pictures for its batches.</exception>
    public static PhotographBiasReport Lower(
        SparseClipModel model, ClipBatchLoader loader, int pictures, float by, Action<int>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentOutOfRangeException.ThrowIfLessThan(pictures, 1);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (drawn, photographs) = (new KindStates(), new KindStates());
        loader.Start(0);
        for (int done = 0, number = 0; done < pictures || number < AsideEvery; number++)
        {
            using var batch = loader.Next(cancellationToken);
            var states = Pooled(model, batch);
            var first = batch.FirstOf(ClipItemKind.Photo);
            var aside = number % AsideEvery == AsideEvery - 1;
            drawn.Add(states[..first], aside);
            photographs.Add(states[first..], aside);
            done += batch.Count;
            report?.Invoke(done);
        }

        var (drawnAside, photographsAside) = (cat(drawn.Aside), cat(photographs.Aside));
        using var readout = PhotographReadout.Fit(model.image_head, cat(drawn.Fitted), cat(photographs.Fitted));
        var before = (L0Of(drawnAside), L0Of(photographsAside));
        var right = cat([readout.Score(drawnAside).lt(0.5), readout.Score(photographsAside).ge(0.5)]).to_type(ScalarType.Float32).mean().item<float>();
        readout.LowerPhotographs(by);
        return new PhotographBiasReport((int)(drawnAside.shape[0] + photographsAside.shape[0]), right, before, (L0Of(drawnAside), L0Of(photographsAside)));

        double L0Of(Tensor states)
        {
            var l0 = new L0(model.Config.Dimension);
            foreach (var rows in states.split(RowsAtOnce))
            {
                using var step = NewDisposeScope();
                l0.Add(model.image_head.forward(rows));
            }

            return l0.MeanFraction;
        }
    }

    private static Tensor Pooled(SparseClipModel model, ClipBatch batch)
    {
        using var scope = NewDisposeScope();
        var pixels = PixelTensor.Of(batch.Pixels, batch.Count, batch.Size);
        return model.trunk.forward(model.Normalize(pixels)).mean([1]).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Pooled states of one kind of picture, [n, d] a batch.</summary>
    private sealed class KindStates
    {
        public List<Tensor> Fitted { get; } = [];

        public List<Tensor> Aside { get; } = [];

        public void Add(Tensor states, bool aside) => (aside ? Aside : Fitted).Add(states);
    }
}
