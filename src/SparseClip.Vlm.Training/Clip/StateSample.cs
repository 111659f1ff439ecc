using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Modeling.Metrics;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>Pooled states of training pictures and of their captions, batch by batch. Its tensors belong to the dispose scope that is open around the one that adds.</summary>
internal sealed class StateSample
{
    private const int HeldOutEvery = 5;

    /// <summary>Of drawn pictures, [n, d] each.</summary>
    public List<Tensor> Drawn { get; } = [];

    /// <summary>Of photographs, [n, d] each.</summary>
    public List<Tensor> Photographs { get; } = [];

    /// <summary>Of captions, [n, width] each.</summary>
    public List<Tensor> Captions { get; } = [];

    /// <summary>The number of pictures.</summary>
    public int Count { get; private set; }

    /// <summary>The pooled states of a batch's pictures. [B, d] float32, of the caller's scope.</summary>
    public static Tensor Pooled(SparseClipModel model, ClipBatch batch)
    {
        using var scope = NewDisposeScope();
        var pixels = PixelTensor.Of(batch.Pixels, batch.Count, batch.Size);
        return model.trunk.forward(model.Normalize(pixels)).mean([1]).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Reads training pictures with their captions: what is fitted sees four of five batches, and every fifth is held out to measure what came of it.</summary>
    /// <param name="model">In evaluation mode.</param>
    /// <param name="states">The frozen part of the text tower; not owned.</param>
    /// <param name="loader">Draws them, at the tower's input size; not started.</param>
    /// <param name="pictures">At least how many, 1 or more.</param>
    /// <param name="fit">Takes a batch, the pooled states of its pictures [B, d] and those of its captions [B, width], in a dispose scope of this batch's own.</param>
    /// <param name="report">Called with the number of pictures done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <returns>What was held out.</returns>
    public static StateSample HoldOut(
        SparseClipModel model, IFrozenTextStates states, ClipBatchLoader loader, int pictures, Action<ClipBatch, Tensor, Tensor> fit, Action<int>? report,
        CancellationToken cancellationToken)
    {
        var heldOut = new StateSample();
        loader.Start(0);
        for (int done = 0, number = 1; done < pictures || number <= HeldOutEvery; number++)
        {
            using var batch = loader.Next(cancellationToken);
            using var step = NewDisposeScope();
            var (pooled, captions) = (Pooled(model, batch), states.Pool([.. batch.Captions], cancellationToken));
            if (number % HeldOutEvery == 0)
            {
                heldOut.Add(pooled, captions, batch.FirstOf(ClipItemKind.Photo));
            }
            else
            {
                fit(batch, pooled, captions);
            }

            done += batch.Count;
            report?.Invoke(done);
        }

        return heldOut;
    }

    /// <summary>Takes a batch.</summary>
    /// <param name="states">[B, d]: of drawn pictures first.</param>
    /// <param name="captions">[B, width]; null to leave them out.</param>
    /// <param name="firstPhotograph">The row of the first photograph.</param>
    public void Add(Tensor states, Tensor? captions, int firstPhotograph)
    {
        Drawn.Add(states[..firstPhotograph].clone().MoveToOuterDisposeScope());
        Photographs.Add(states[firstPhotograph..].clone().MoveToOuterDisposeScope());
        if (captions is not null)
        {
            Captions.Add(captions.MoveToOuterDisposeScope());
        }

        Count += (int)states.shape[0];
    }

    /// <summary>How sparse a model's codes of them are.</summary>
    public CodeSparsity Measure(SparseClipModel model)
    {
        using var active = new ActiveFeatures(model.Config.Dimension);
        var drawn = Of(Drawn, model.image_head.forward);
        var photographs = Of(Photographs, rows =>
        {
            var codes = model.image_head.forward(rows);
            active.Add(codes);
            return codes;
        });
        return new CodeSparsity(drawn, photographs, Of(Captions, model.text_head.forward), active.ActiveFraction);

        double Of(List<Tensor> states, Func<Tensor, Tensor> encode)
        {
            var l0 = new L0(model.Config.Dimension);
            foreach (var rows in states)
            {
                using var step = NewDisposeScope();
                l0.Add(encode(rows));
            }

            return l0.MeanFraction;
        }
    }
}
