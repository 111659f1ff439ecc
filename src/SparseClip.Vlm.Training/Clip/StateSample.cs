using SparseClip.Vlm.Modeling.Metrics;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Data.Loading;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>Pooled states of training pictures and of their captions, batch by batch. Its tensors belong to the dispose scope that is open around the one that adds.</summary>
internal sealed class StateSample
{
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
