using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Clip.Growth;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip.Attributes;

/// <summary>
/// Gives a tower features for what a classifier's trunk is taught not to tell: the basic colours, as shares of every patch's pixels, and how many things there are, by a linear readout of the
/// tuned states. The features that the tower had stay as they are and keep their numbers.
/// </summary>
public static class AttributeGrowth
{
    private const int PicturesAtOnce = 56;

    /// <summary>A source whose photographs often show many of a thing.</summary>
    private const string OfMany = "grocery";

    /// <summary>How many texts are read of a vocabulary.</summary>
    public static int Texts(AttributeVocabulary vocabulary) => AttributeTexts.Of(vocabulary, 1).Count;

    /// <summary>Makes a tower with these features.</summary>
    /// <param name="model">A tower over an EfficientNet-Lite, in evaluation mode; it stays as it is and the caller's.</param>
    /// <param name="states">The frozen part of the text tower; not owned.</param>
    /// <param name="scenes">Draws equal things of training families, at the tower's input size.</param>
    /// <param name="singles">Draws single things at the same size; not started.</param>
    /// <param name="vocabulary">The words that are read.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">What is done; null for nobody.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <returns>The tower; the caller's.</returns>
    /// <exception cref="ConfigurationException">The tower's trunk is no EfficientNet-Lite, it has such features already, or an option cannot be.</exception>
    public static SparseClipModel Apply(
        SparseClipModel model, IFrozenTextStates states, DrawnScenes scenes, ClipBatchLoader singles, AttributeVocabulary vocabulary, AttributeOptions options, AttributeProgress? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(scenes);
        ArgumentNullException.ThrowIfNull(singles);
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (model.trunk is not EfficientNetLite plain)
        {
            throw new ConfigurationException("The tower's trunk is no EfficientNet-Lite, so no colours can be told beside it.");
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var trunk = GrownTrunks.WithColours(plain);
        try
        {
            var sample = new NumberSample(model, scenes, singles).Take(options, progress?.Pictures, cancellationToken);
            var (numbers, shift) = NumberReadout.Fit(sample.States, sample.Numbers, AttributeFeatures.Numbers.Count, options.Passes, progress?.Passes, cancellationToken);
            var colours = ColourNames.All.Count;
            var factor = options.Colours / (1 - options.LeastShare);
            var weight = cat([
                cat([zeros(colours, plain.Width), eye(colours).Times(factor)], 1),
                cat([numbers.Times(options.Numbers), zeros(numbers.shape[0], colours + plain.Width - numbers.shape[1])], 1),
            ]);
            var bias = cat([Scalars.Filled([colours], -factor * options.LeastShare), shift.Times(options.Numbers)]);
            var texts = MeaningTexts.Read(model.text_head, states, AttributeTexts.Of(vocabulary, 1), AttributeFeatures.Count, progress?.Texts, cancellationToken)
                .Fit(options.Texts, options.Cut, options.Ridge, AttributeFeatures.Count);
            return GrownTower.Of(
                model, model.Config with { Attributes = new AttributeFeatures(model.Config.Dimension) }, trunk,
                new ImageFeatures(zeros(colours), torch.ones(colours), weight, bias), texts);
        }
        catch
        {
            trunk.Dispose();
            throw;
        }
    }

    /// <summary>Pooled states of the tuned part of a trunk, of pictures with known numbers of things.</summary>
    private sealed class NumberSample(SparseClipModel model, DrawnScenes scenes, ClipBatchLoader singles)
    {
        private readonly int _width = ((EfficientNetLiteConfig)model.Config.Trunk).Head.Out;
        private readonly List<Tensor> _states = [];
        private readonly List<int> _numbers = [];

        public (Tensor States, IReadOnlyList<int> Numbers) Take(AttributeOptions options, Action<int>? report, CancellationToken cancellationToken)
        {
            var bytes = scenes.Size * scenes.Size * 3;
            var pixels = new byte[PicturesAtOnce * bytes];
            for (var done = 0; done < options.Scenes;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = Math.Min(PicturesAtOnce, options.Scenes - done);
                for (var i = 0; i < count; i++)
                {
                    _numbers.Add(scenes.DrawEqual(done + i, pixels.AsSpan(i * bytes, bytes)).Objects.Count - 1);
                }

                _states.Add(States(pixels, count));
                report?.Invoke(done += count);
            }

            TakeSingles(options, report, cancellationToken);
            return (cat(_states), _numbers);
        }

        private void TakeSingles(AttributeOptions options, Action<int>? report, CancellationToken cancellationToken)
        {
            if (options.Singles == 0)
            {
                return;
            }

            singles.Start(0);
            for (var done = 0; done < options.Singles;)
            {
                using var batch = singles.Next(cancellationToken);
                using var step = NewDisposeScope();
                var single = batch.Items.Index().Where(item => item.Item.Kind != ClipItemKind.Scene && item.Item.Source != OfMany).Select(item => (long)item.Index).ToArray();
                _states.Add(States(batch.Pixels, batch.Count).index_select(0, tensor(single)).MoveToOuterDisposeScope());
                _numbers.AddRange(single.Select(_ => 0));
                report?.Invoke(options.Scenes + (done += batch.Count));
            }
        }

        private Tensor States(byte[] pixels, int count)
        {
            using var scope = NewDisposeScope();
            var states = model.trunk.forward(model.Normalize(PixelTensor.Of(pixels, count, scenes.Size)));
            return states[.., .., .._width].mean([1]).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
        }
    }
}

/// <summary>What is done of the making of features; each is called with a number.</summary>
/// <param name="Pictures">Of pictures.</param>
/// <param name="Passes">Of passes over them.</param>
/// <param name="Texts">Of texts.</param>
public sealed record AttributeProgress(Action<int> Pictures, Action<int> Passes, Action<int> Texts);
