using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Clip.Growth;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip.Classes;

/// <summary>
/// Keeps what a pretrained trunk knew before it was tuned: the published top beside the tuned one over the same low states, its classes and the kinds above them as further features, in closed
/// form. The features that the tower had stay as they are and keep their numbers; the new ones follow. The image side stays linear in the patches, so heat maps stay exact.
/// </summary>
public static class ClassFeatures
{
    /// <summary>A name of a class counts as much as so many other words: there are few names, and each has to be met.</summary>
    private const double WeightOfNames = 8;

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
        var trunk = GrownTrunks.Keeping(tuned, published, options.From);
        try
        {
            var sample = Sample(trunk, loader, pictures, progress?.Pictures, cancellationToken);
            var kept = sample[.., tuned.Width..];
            var images = ClassImages.Fold(published, vocabulary.Tree.Kinds, kept, options);
            var texts = MeaningTexts.Read(model.text_head, states, Texts(vocabulary), vocabulary.Features, progress?.Texts, cancellationToken)
                .Fit(options.Texts, options.Cut, options.Ridge, options.Width);
            return GrownTower.Of(model, model.Config, trunk, new ImageFeatures(kept.mean([0]), kept.var([0], unbiased: false), cat([zeros(images.Weight.shape[0], tuned.Width), images.Weight], 1), images.Bias), texts);
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

    /// <summary>The names of classes and kinds in several sentences each; other words, which say what is no name, in one.</summary>
    private static MeaningText[] Texts(ClassVocabulary vocabulary) =>
    [
        .. vocabulary.Names.SelectMany(word => PromptTemplates.Training.Take(ClassVocabulary.SentencesOfNames)
            .Select(form => new MeaningText(PromptTemplates.Fill(form.Template, word), vocabulary.Tree.Meaning(word), WeightOfNames))),
        .. vocabulary.Others.Select(word => new MeaningText(PromptTemplates.Fill(PromptTemplates.Concept, word), vocabulary.Tree.Meaning(word), 1)),
    ];
}

/// <summary>What is done of the making of features; each is called with a number.</summary>
/// <param name="Pictures">Of pictures.</param>
/// <param name="Texts">Of texts.</param>
public sealed record ClassFeatureProgress(Action<int> Pictures, Action<int> Texts);
