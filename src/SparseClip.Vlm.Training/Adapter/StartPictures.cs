using SparseClip.Vlm.Data.Loading;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>Codes and labels of training pictures that show one thing, for the start of an adapter.</summary>
public sealed class StartPictures : IDisposable
{
    private const int SampleSize = 256;

    private StartPictures(Tensor pooled, Tensor patches, Tensor sample, IReadOnlyList<string> labels) =>
        (Pooled, Patches, Sample, Labels) = (pooled, patches, sample, labels);

    /// <summary>Pooled codes. [M, D]</summary>
    public Tensor Pooled { get; }

    /// <summary>The mean patch code of each picture. [M, D]</summary>
    public Tensor Patches { get; }

    /// <summary>All codes of the first pictures. [m, 1 + patches, D]</summary>
    public Tensor Sample { get; }

    /// <summary>What each picture shows. [M]</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Encodes the first batches of a loader.</summary>
    /// <param name="loader">The loader.</param>
    /// <param name="encode">Codes of a batch [B, 1 + patches, D].</param>
    /// <param name="count">How many pictures at least; 1 or more.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="TrainingException">The batches have no pictures of one thing.</exception>
    public static StartPictures Collect(AdapterBatchLoader loader, Func<AdapterBatch, Tensor> encode, int count, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(encode);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (pooled, patches, sample) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        var labels = new List<string>();
        for (long step = 0; labels.Count < count; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var batch = loader.Make(step, cancellationToken);
            var single = Enumerable.Range(0, batch.Count).Where(i => batch.Samples[i].Labels.Count == 1).ToArray();
            if (single.Length == 0 && step > 100 && labels.Count == 0)
            {
                throw new TrainingException("No training picture shows one thing alone; give the preset a share of photographs or icons.");
            }

            using var inner = NewDisposeScope();
            var codes = encode(batch).index_select(0, tensor(single.Select(i => (long)i).ToArray()));
            pooled.Add(codes.select(1, 0).clone().MoveToOuterDisposeScope());
            patches.Add(codes.narrow(1, 1, codes.shape[1] - 1).mean([1]).MoveToOuterDisposeScope());
            if (labels.Count < SampleSize)
            {
                sample.Add(codes.MoveToOuterDisposeScope());
            }

            labels.AddRange(single.Select(i => batch.Samples[i].Labels[0]));
        }

        return new StartPictures(
            cat(pooled, 0).DetachFromDisposeScope(), cat(patches, 0).DetachFromDisposeScope(), cat(sample, 0).DetachFromDisposeScope(), labels);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Pooled.Dispose();
        Patches.Dispose();
        Sample.Dispose();
    }
}
