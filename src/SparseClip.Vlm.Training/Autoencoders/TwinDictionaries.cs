using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Modeling.Baselines;
using SparseClip.Vlm.Modeling.Towers;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Autoencoders;

/// <summary>
/// Fits sparse autoencoders to the dense twin of a tower, on drawn training pictures: the post-hoc way to sparse features that Sparse CLIP is compared with (section 3). Only
/// the pictures' unit embeddings are kept, in half precision.
/// </summary>
public sealed class TwinDictionaries : IDisposable
{
    private const int BatchSize = 256;
    private readonly Tensor _units; // [N, d] float16
    private readonly int _seed;

    private TwinDictionaries(Tensor units, int seed) => (_units, _seed) = (units, seed);

    /// <summary>N, the number of training pictures.</summary>
    public long Pictures => _units.shape[0];

    /// <summary>Embeds training pictures.</summary>
    /// <param name="twin">The dense twin in evaluation mode.</param>
    /// <param name="loader">Draws them, at the twin's input size.</param>
    /// <param name="pictures">At least how many, 1 or more.</param>
    /// <param name="seed">Of the autoencoders' weights and batches.</param>
    /// <param name="report">Called with the number of pictures done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    public static TwinDictionaries Embed(
        SparseClipModel twin, ClipBatchLoader loader, int pictures, int seed, Action<int>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(twin);
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentOutOfRangeException.ThrowIfLessThan(pictures, 1);
        using var images = new SparseImageEncoder(twin);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var blocks = new List<Tensor>();
        var done = 0;
        loader.Start(0);
        while (done < pictures)
        {
            using var batch = loader.Next(cancellationToken);
            using var step = NewDisposeScope();
            var pixels = PixelTensor.Of(batch.Pixels, batch.Count, batch.Size);
            blocks.Add(nn.functional.normalize(images.Pooled(pixels), dim: 1).to_type(ScalarType.Float16).MoveToOuterDisposeScope());
            done += batch.Count;
            report?.Invoke(done);
        }

        return new TwinDictionaries(cat(blocks).DetachFromDisposeScope(), seed);
    }

    /// <summary>Trains an autoencoder on them.</summary>
    /// <param name="config">The variant, of the twin's width.</param>
    /// <param name="steps">Batches of 256 embeddings, 1 or more.</param>
    /// <param name="report">Called with the steps done now and then; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <returns>Without gradients; the caller's.</returns>
    public SparseAutoencoder Fit(SparseAutoencoderConfig config, int steps, Action<int>? report, CancellationToken cancellationToken)
    {
        var autoencoder = SparseAutoencoder.Create(config, _seed);
        try
        {
            var options = new SparseAutoencoderTrainerOptions(
                steps, WarmupSteps: steps / 20, DeadAfter: Math.Max(BatchSize, (long)BatchSize * steps / 10), ReportEvery: Math.Max(1, steps / 20));
            new SparseAutoencoderTrainer(options).Train(autoencoder, Batch, progress => report?.Invoke((int)progress.Step), cancellationToken);
            return autoencoder;
        }
        catch
        {
            autoencoder.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _units.Dispose();

    private Tensor Batch(long step)
    {
        using var scope = NewDisposeScope();
        var random = new SeededRandom(_seed, step);
        var rows = tensor(Enumerable.Range(0, BatchSize).Select(_ => (long)random.Next((int)Pictures)).ToArray());
        return _units.index_select(0, rows).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
