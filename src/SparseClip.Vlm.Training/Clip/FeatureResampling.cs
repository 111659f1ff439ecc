using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>
/// Makes the faint features of a trained tower anew. A training that keeps every feature active leaves many that are never strong in any picture: they cost sparsity, mean little and
/// decide nothing. Each starts again from a training picture and those most like it, in the image head along the direction that tells these from all others, in the text head along the one that
/// foretells from a caption how active the new feature is in its picture. So dead features of sparse autoencoders are started again from inputs (Bricken et al. 2023, "Towards
/// Monosemanticity", neuron resampling); here on both sides at once, in closed form. The other features stay as they are.
/// </summary>
public static class FeatureResampling
{
    private const int RowsAtOnce = 512;
    private const double Ridge = 0.1;

    /// <summary>Makes them.</summary>
    /// <param name="model">In evaluation mode; rows of both its heads change.</param>
    /// <param name="states">The frozen part of the text tower; not owned.</param>
    /// <param name="loader">Draws training pictures, at the tower's input size; icons and photographs at least as asked for by the options; not started.</param>
    /// <param name="pictures">At least how many are taken, 1 or more; a fifth of them measures.</param>
    /// <param name="options">How.</param>
    /// <param name="report">Called with the number of pictures done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between batches; the tower is then as it was.</param>
    /// <exception cref="TrainingException">There are fewer icons or photographs than features that start from one; the tower is as it was.</exception>
    /// <exception cref="ShardException">The data folder has too few pictures for its batches.</exception>
    public static FeatureResamplingReport Apply(
        SparseClipModel model, IFrozenTextStates states, ClipBatchLoader loader, int pictures, FeatureResamplingOptions options, Action<int>? report,
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
        var (sample, heldOut) = Collect(model, states, loader, pictures, report, cancellationToken);
        var faint = Faint(model, sample.Pictures, options.Below);
        var before = heldOut.Measure(model);
        if (faint.Length == 0)
        {
            return new FeatureResamplingReport(0, heldOut.Count, before, before);
        }

        var starts = Starts(sample, faint.Length, options);
        var (images, texts) = (new WhitenedStates(sample.Pictures, Ridge), new WhitenedStates(sample.Narrowed, Ridge));
        var inPictures = images.Cut(Neighbourhoods(images.Rows, starts, tensor([.. sample.Icons, .. sample.Photographs]), options.Neighbours), options.Rate, options.LargestInPictures);
        var inTexts = texts.Cut(texts.Regress(images, inPictures), options.Rate, options.LargestInTexts);
        var rows = tensor(faint);
        var (image, text) = (images.Fold(inPictures), texts.Fold(inTexts));
        model.image_head.Replace(rows, image.Weight, image.Bias);
        model.text_head.head.Replace(rows, text.Weight, text.Bias);
        return new FeatureResamplingReport(faint.Length, heldOut.Count, before, heldOut.Measure(model));
    }

    private static (Sample Sample, StateSample HeldOut) Collect(
        SparseClipModel model, IFrozenTextStates states, ClipBatchLoader loader, int pictures, Action<int>? report, CancellationToken cancellationToken)
    {
        var (images, texts, icons, photographs) = (new List<Tensor>(), new List<Tensor>(), new List<long>(), new List<long>());
        var row = 0;
        var heldOut = StateSample.HoldOut(
            model, states, loader, pictures,
            (batch, pooled, captions) =>
            {
                images.Add(pooled.MoveToOuterDisposeScope());
                texts.Add(model.text_head.Narrowed(captions).MoveToOuterDisposeScope());
                foreach (var item in batch.Items)
                {
                    (item.Kind switch { ClipItemKind.Icon => icons, ClipItemKind.Photo => photographs, _ => null })?.Add(row);
                    row++;
                }
            },
            report, cancellationToken);
        return (new Sample(cat(images), cat(texts), [.. icons], [.. photographs]), heldOut);
    }

    private static long[] Faint(SparseClipModel model, Tensor pictures, double below)
    {
        using var scope = NewDisposeScope();
        var largest = Scalars.Filled([model.Config.Dimension], float.NegativeInfinity);
        foreach (var rows in pictures.split(RowsAtOnce))
        {
            largest = largest.maximum(model.image_head.PreActivations(rows).amax([0]));
        }

        return largest.IsBelow(below).nonzero().squeeze(1).ToHost().data<long>().ToArray();
    }

    /// <summary>The rows of the pictures that features start from, each taken once.</summary>
    private static Tensor Starts(Sample sample, int count, FeatureResamplingOptions options)
    {
        var photographs = (int)Math.Round(options.Photographs * count);
        var random = new Random(options.Seed);
        return tensor([.. Choose(sample.Photographs, photographs, "photographs"), .. Choose(sample.Icons, count - photographs, "icons")]);

        long[] Choose(long[] rows, int number, string what)
        {
            if (number > rows.Length)
            {
                throw new TrainingException(
                    $"{count} features are faint, and {number} of them would start from one of the {what} each, but {rows.Length} {what} were seen: take more pictures, or count fewer features as faint.");
            }

            var shuffled = rows.ToArray();
            random.Shuffle(shuffled);
            return shuffled[..number];
        }
    }

    /// <summary>For each start the mean of itself and the others of the candidates that are nearest to it by the cosine. [K, d]</summary>
    private static Tensor Neighbourhoods(Tensor rows, Tensor starts, Tensor candidates, int count)
    {
        using var scope = NewDisposeScope();
        var among = rows.index_select(0, candidates);
        var units = nn.functional.normalize(among, dim: 1);
        var means = new List<Tensor>();
        foreach (var block in starts.split(RowsAtOnce))
        {
            using var step = NewDisposeScope();
            var near = rows.index_select(0, block).matmul(units.t()).topk((int)Math.Min(count, among.shape[0]), dim: 1).indexes; // [k, neighbours]
            means.Add(among.index_select(0, near.flatten()).view(near.shape[0], near.shape[1], -1).mean([1]).MoveToOuterDisposeScope());
        }

        return cat(means).MoveToOuterDisposeScope();
    }

    /// <param name="Pictures">[N, d]: pooled states.</param>
    /// <param name="Narrowed">[N, narrow width]: what enters the sparse head of the texts, of their captions.</param>
    /// <param name="Icons">The rows of the icons.</param>
    /// <param name="Photographs">The rows of the photographs.</param>
    private sealed record Sample(Tensor Pictures, Tensor Narrowed, long[] Icons, long[] Photographs);
}
