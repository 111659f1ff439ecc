using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Training.Naming;

/// <summary>
/// Names features by the words whose text codes activate them most (Sparse CLIP, section 3). Words stream through; what is kept is ten words a
/// feature, whatever the size of the vocabulary. Not thread-safe.
/// </summary>
/// <param name="text">The text tower.</param>
/// <param name="attributes">The features that are colours and numbers, whose names are given; null for none.</param>
public sealed class FeatureNamer(ITextEncoder text, AttributeFeatures? attributes = null)
{
    /// <summary>The most words kept for a feature.</summary>
    public const int TopWords = 10;

    /// <summary>Until it is calibrated feature by feature, values of up to twice the observed maximum count as safe.</summary>
    private const float DefaultSafeMaximum = 2f;

    private const int BatchWords = 64;
    private readonly List<FeatureWord>[] _top = [.. Enumerable.Range(0, text.Dimension).Select(_ => new List<FeatureWord>(TopWords + 1))];
    private readonly double[] _sums = new double[text.Dimension];

    /// <summary>How many words went through.</summary>
    public int Words { get; private set; }

    /// <summary>Runs words through the text tower.</summary>
    /// <param name="words">The vocabulary, without repetitions; a word may have several parts.</param>
    /// <param name="progress">Gets the number of words done.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public void Add(IEnumerable<string> words, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        foreach (var batch in words.Chunk(BatchWords))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var codes = text.EncodeConcepts(batch, cancellationToken);
            for (var i = 0; i < batch.Length; i++)
            {
                Add(batch[i], codes[i]);
            }

            progress?.Report(Words);
        }
    }

    /// <summary>
    /// The features with their names: the strongest word that is fit to be seen (<see cref="IndelicateWords"/>), as it was given. Where several features
    /// have the same one, the feature it activates most is called by it alone and the others "word (2)", "word (3)" and so on.
    /// </summary>
    /// <param name="observed">What pictures showed of the same features.</param>
    public IReadOnlyList<FeatureRecord> Name(ObservedActivations observed)
    {
        ArgumentNullException.ThrowIfNull(observed);
        var names = Names();
        return [.. Enumerable.Range(0, _top.Length).Select(id => new FeatureRecord(
            new Feature(
                new FeatureId(id),
                names[id],
                _top[id],
                observed.Maximum(id),
                observed.Density(id),
                DefaultSafeMaximum,
                observed.PatchMaximum(id)),
            Words > 0 ? (float)(_sums[id] / Words) : 0f))];
    }

    private void Add(string word, SparseCode code)
    {
        Words++;
        for (var i = 0; i < code.L0; i++)
        {
            var (feature, activation) = (code.Indices[i], code.Values[i]);
            _sums[feature] += activation;
            var top = _top[feature];
            if (top.Count == TopWords && activation <= top[^1].Activation)
            {
                continue;
            }

            var place = top.FindIndex(other => other.Activation < activation);
            top.Insert(place < 0 ? top.Count : place, new FeatureWord(word, activation));
            if (top.Count > TopWords)
            {
                top.RemoveAt(TopWords);
            }
        }
    }

    private string[] Names()
    {
        var names = new string[_top.Length];
        var named = _top.Select((words, id) => attributes?.Contains(id) == true
            ? new FeatureWord(AttributeFeatures.Names[id - attributes.First], float.PositiveInfinity) // before every feature that a word activates most
            : words.Find(word => !IndelicateWords.IsIn(word.Word))).ToArray();
        foreach (var group in Enumerable.Range(0, _top.Length).GroupBy(id => named[id]?.Word))
        {
            IEnumerable<int> ordered = group.Key is null ? group : group.OrderByDescending(id => named[id]!.Activation);
            foreach (var (place, id) in ordered.Index())
            {
                names[id] = group.Key is null ? FeatureName.Nameless(id) : FeatureName.Numbered(group.Key, place + 1);
            }
        }

        return names;
    }
}
