using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip.Classes;

/// <summary>
/// Keeps what a pretrained trunk knew before it was tuned: the published top beside the tuned one over the same low states, its classes and the kinds above them as further features, in closed
/// form. The features that the tower had stay as they are and keep their numbers; the new ones follow. The image side stays linear in the patches, so heat maps stay exact.
/// </summary>
public static class ClassFeatures
{
    /// <summary>Makes a tower with these features.</summary>
    /// <param name="model">A tower over an EfficientNet-Lite, in evaluation mode; it stays as it is and the caller's.</param>
    /// <param name="states">The frozen part of the text tower; not owned.</param>
    /// <param name="published">The weights that the trunk was tuned from, with their classifier.</param>
    /// <param name="vocabulary">The classes with their words, and the words that are read beside them.</param>
    /// <param name="loader">Draws training pictures, at the tower's input size; not started.</param>
    /// <param name="pictures">At least how many are taken, 1 or more.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">What is done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <returns>The tower; the caller's.</returns>
    /// <exception cref="ConfigurationException">The tower's trunk is no EfficientNet-Lite or keeps its top already, or an option cannot be.</exception>
    /// <exception cref="CheckpointException">The published weights do not fit.</exception>
    public static SparseClipModel Apply(
        SparseClipModel model, IFrozenTextStates states, SafetensorsFile published, ClassVocabulary vocabulary, ClipBatchLoader loader, int pictures,
        ClassFeatureOptions options, ClassFeatureProgress? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (model.trunk is not EfficientNetLite tuned)
        {
            throw new ConfigurationException("The tower's trunk is no EfficientNet-Lite, so no classifier of one can be kept beside it.");
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var trunk = EfficientNetLite.Keeping(tuned, published, options.From);
        try
        {
            var sample = Sample(trunk, loader, pictures, progress?.Pictures, cancellationToken);
            var kept = sample[.., tuned.Width..];
            var images = ClassImages.Fold(published, vocabulary.Tree.Kinds, kept, options);
            var texts = ClassTexts.Read(model.text_head, states, vocabulary.Tree, vocabulary.Names, vocabulary.Others, progress?.Texts, cancellationToken).Fit(options);
            return Grow(model, trunk, kept, images, texts);
        }
        catch
        {
            trunk.Dispose();
            throw;
        }
    }

    private static Tensor Sample(EfficientNetLite trunk, ClipBatchLoader loader, int pictures, Action<int>? report, CancellationToken cancellationToken)
    {
        var rows = new List<Tensor>();
        loader.Start(0);
        for (var done = 0; done < pictures;)
        {
            using var batch = loader.Next(cancellationToken);
            using var step = NewDisposeScope();
            var pixels = PixelTensor.Of(batch.Pixels, batch.Count, batch.Size);
            rows.Add(trunk.forward(trunk.Normalization.Apply(pixels)).mean([1]).to_type(ScalarType.Float32).MoveToOuterDisposeScope());
            report?.Invoke(done += batch.Count);
        }

        return cat(rows);
    }

    private static SparseClipModel Grow(SparseClipModel old, EfficientNetLite trunk, Tensor kept, (Tensor Weight, Tensor Bias) images, ClassTextMap texts)
    {
        var (dimension, width) = (old.Config.Dimension, old.Config.Text.Width);
        var grown = new SparseClipModel(
            old.Config with
            {
                Dimension = dimension + (int)images.Bias.shape[0],
                Trunk = trunk.Config,
                TrainedFromBlock = trunk.TrainingFrom,
                Text = old.Config.Text with { Width = width + (int)texts.Read.shape[0] },
            },
            trunk);
        GrowHead(grown.image_head, old.image_head, kept.mean([0]), kept.var([0], unbiased: false), images.Weight, images.Bias);
        var ones = torch.ones(texts.Read.shape[0]);
        GrowHead(grown.text_head.head, old.text_head.head, zeros_like(ones), ones, texts.Weight, texts.Bias);
        var (own, before) = (grown.text_head, old.text_head);
        Copy(before.norm, own.norm);
        Copy(before.widen, own.widen);
        var inputs = before.skip.weight!.shape[1];
        own.skip.weight!.copy_(cat([before.skip.weight, texts.Read[.., ..(int)inputs]]));
        own.narrow.weight!.copy_(cat([before.narrow.weight!, texts.Read[.., (int)inputs..]]));
        own.narrow.bias!.copy_(cat([before.narrow.bias!, zeros(texts.Read.shape[0])]));
        Copy(old.scale, grown.scale);
        grown.eval();
        return grown;
    }

    /// <summary>The old features read what they read; the new ones read what is new.</summary>
    private static void GrowHead(SparseHead head, SparseHead old, Tensor mean, Tensor variance, Tensor weight, Tensor bias)
    {
        head.norm.running_mean.copy_(cat([old.norm.running_mean, mean]));
        head.norm.running_var.copy_(cat([old.norm.running_var, variance]));
        head.weight.zero_();
        head.weight[..(int)old.Dimension, ..(int)old.Width] = old.weight;
        head.bias[..(int)old.Dimension] = old.bias;
        var folded = cat([zeros(weight.shape[0], old.Width), weight], 1);
        head.Replace(Scalars.Range(old.Dimension, head.Dimension), folded, bias);
    }

    private static void Copy(nn.Module from, nn.Module to)
    {
        var values = from.state_dict();
        foreach (var (name, target) in to.state_dict())
        {
            target.copy_(values[name]);
        }
    }
}

/// <summary>What is done of the making of features; each is called with a number.</summary>
/// <param name="Pictures">Of pictures.</param>
/// <param name="Texts">Of texts.</param>
public sealed record ClassFeatureProgress(Action<int> Pictures, Action<int> Texts);
