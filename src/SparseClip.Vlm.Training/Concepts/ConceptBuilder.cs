using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Training.Concepts;

/// <summary>
/// Finds the features that carry each word: those of its text code to begin with, corrected by the codes of pictures that show it and of others (half of the pictures), and tried on the other
/// half. Words that no picture shows keep what their text code says. Not thread-safe.
/// </summary>
public sealed class ConceptBuilder
{
    /// <summary>Beside the strongest features of the text code so many may carry a word, those by which pictures of it differ most from others.</summary>
    private const int Candidates = 32;

    /// <summary>With fewer pictures that show it a word keeps its text code.</summary>
    private const int FewestPictures = 2;

    /// <summary>Of a share of a colour, in units of its feature: the weight, and where half of all people would call it one of the picture's colours.</summary>
    private const float WeightOfColour = 6f, HalfOfColour = 0.4f;

    private const float PriorOfColour = 0.25f;

    /// <summary>The log odds of a picture that has nothing of the word's text code, to begin with.</summary>
    private const double TextOffset = -9;

    /// <summary>How strongly weights are drawn to those of the text code; more needs more pictures to be overruled.</summary>
    private const double Pull = 0.5;

    private readonly IReadOnlyList<ConceptWord> _words;
    private readonly AttributeFeatures? _attributes;
    private readonly Sample _finding;
    private readonly Sample _trying;

    /// <param name="words">The words.</param>
    /// <param name="pictures">Pictures of which something is known, in an order that says nothing; every second one has no part in finding concepts and tries them.</param>
    /// <param name="truth">Which words a picture shows; of the words in their order.</param>
    /// <param name="attributes">The features that are colours and numbers; null for none.</param>
    public ConceptBuilder(IReadOnlyList<ConceptWord> words, IReadOnlyList<ShownPicture> pictures, ConceptTruth truth, AttributeFeatures? attributes)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(truth);
        (_words, _attributes) = (words, attributes);
        _finding = new Sample([.. pictures.Where((_, place) => Finds(place))], truth, words.Count, attributes);
        _trying = new Sample([.. pictures.Where((_, place) => !Finds(place))], truth, words.Count, attributes);
    }

    /// <summary>Whether the picture at a place finds concepts; the others try them.</summary>
    internal static bool Finds(int place) => place % 2 == 0;

    /// <summary>The concepts in the order of their words, as they are found.</summary>
    /// <param name="progress">Gets how many are done; null for nobody.</param>
    /// <param name="cancellationToken">Stops between words.</param>
    public IEnumerable<Concept> Build(IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var batch in Enumerable.Range(0, _words.Count).Chunk(64))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var concept in batch.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(Build))
            {
                yield return concept;
            }

            progress?.Report(done += batch.Length);
        }
    }

    private Concept Build(int number)
    {
        var word = _words[number];
        if (_attributes is not null && ColourNames.All.Index().FirstOrDefault(colour => colour.Item == word.Word) is { Item: not null } colour)
        {
            return new Concept(
                word.Word, SparseCode.FromSorted(word.Code.Dimension, [_attributes.Colour(colour.Index)], [WeightOfColour]), -WeightOfColour * HalfOfColour, PriorOfColour)
            { Synonyms = word.Synonyms };
        }

        var (pictures, shows) = _finding.Of(number);
        var ofText = ConceptOfText.Make(word.Word, word.Code) with { Synonyms = word.Synonyms, Wider = word.Wider };
        if (shows.Count(show => show) < FewestPictures)
        {
            return ofText with { Evidence = _trying.Try(number, ofText.Weights) };
        }

        var said = Entries(ofText.Weights).ToDictionary();
        var (found, offset) = Fit(pictures, shows, said.Keys.Union(_finding.Distinctive(pictures, shows, Candidates)), said);
        var kept = found.Where(entry => entry.Value > 0).OrderByDescending(entry => entry.Value * _finding.MeanWhere(entry.Key, pictures, shows)).Take(Concept.MostFeatures);
        // Drawn to what was just found: drawn to the text code twice, photographs are told worse, and no other style better.
        (found, offset) = Fit(pictures, shows, kept.Select(entry => entry.Key), found);
        var weights = found.Where(entry => entry.Value > 0.01).OrderByDescending(entry => entry.Value).Take(Concept.MostFeatures).OrderBy(entry => entry.Key).ToArray();
        var code = weights.Length == 0 ? ofText.Weights : SparseCode.FromSorted(word.Code.Dimension, [.. weights.Select(entry => entry.Key)], [.. weights.Select(entry => (float)entry.Value)]);
        return ofText with
        {
            Weights = code,
            Offset = (float)(weights.Length == 0 ? TextOffset : offset),
            Prior = Math.Max(shows.Count(show => show) / (float)shows.Length, ConceptOfText.Prior),
            Evidence = _trying.Try(number, code),
            Usual = _finding.Usual(code, pictures, shows),
        };
    }

    /// <summary>Fits some features to the pictures, each drawn to what was known of it, 0 for nothing.</summary>
    private (Dictionary<int, double> Weights, double Offset) Fit(int[] pictures, bool[] shows, IEnumerable<int> among, Dictionary<int, double> known)
    {
        int[] features = [.. among];
        double[] towards = [.. features.Select(feature => known.GetValueOrDefault(feature))];
        var weights = (double[])towards.Clone();
        var offset = ConceptProbe.Fit(_finding.Rows.Of(pictures, features), shows, weights, towards, TextOffset, Pull);
        return (features.Zip(weights).ToDictionary(pair => pair.First, pair => pair.Second), offset);
    }

    private static IEnumerable<KeyValuePair<int, double>> Entries(SparseCode code) => Enumerable.Range(0, code.L0).Select(i => KeyValuePair.Create(code.Indices[i], (double)code.Values[i]));
}
