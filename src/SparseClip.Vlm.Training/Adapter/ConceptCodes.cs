using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Modeling.Towers;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>
/// The text codes of a vocabulary and which features carry each word: those that the word activates above the feature's mean over all words,
/// because features that answer to every word say nothing about this one. Immutable.
/// </summary>
public sealed class ConceptCodes
{
    private readonly Dictionary<string, int> _index;
    private readonly SparseCode[] _codes;
    private readonly float[] _mean;

    private ConceptCodes(IReadOnlyList<string> words, SparseCode[] codes)
    {
        Words = words;
        _codes = codes;
        _index = Enumerable.Range(0, words.Count).ToDictionary(i => words[i], i => i, StringComparer.Ordinal);
        _mean = new float[codes[0].Dimension];
        foreach (var code in codes)
        {
            for (var i = 0; i < code.L0; i++)
            {
                _mean[code.Indices[i]] += code.Values[i] / codes.Length;
            }
        }
    }

    /// <summary>The vocabulary, without repetition.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The codes of <see cref="Words"/>.</summary>
    public IReadOnlyList<SparseCode> Codes => _codes;

    /// <summary>Encodes a vocabulary in the context in which the text tower knows words best.</summary>
    /// <param name="text">The text tower.</param>
    /// <param name="words">Normalised labels and words, at least one, none twice.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    public static ConceptCodes Encode(SparseTextEncoder text, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(words);
        ArgumentOutOfRangeException.ThrowIfZero(words.Count);
        var template = PromptTemplates.ZeroShot[0];
        var codes = text.Encode([.. words.Select(word => PromptTemplates.Fill(template, word))], cancellationToken);
        return new ConceptCodes(words, [.. codes]);
    }

    /// <summary>The features that a word activates above their mean, strongest first; empty for a word outside the vocabulary.</summary>
    /// <param name="word">The word.</param>
    /// <param name="count">The most features.</param>
    /// <param name="isAlive">Which features count.</param>
    public IReadOnlyList<int> OfWord(string word, int count, Func<int, bool> isAlive) =>
        [.. Scores(word).Where(score => isAlive(score.Feature)).OrderByDescending(score => score.Score).Take(count).Select(score => score.Feature)];

    /// <summary>The features that carry a word in a picture: by the word's score times the picture's value, strongest first.</summary>
    /// <param name="word">The word.</param>
    /// <param name="pooled">The picture's pooled code. [D]</param>
    /// <param name="count">The most features.</param>
    public IReadOnlyList<int> InPicture(string word, ReadOnlySpan<float> pooled, int count)
    {
        var scores = Scores(word);
        for (var i = 0; i < scores.Count; i++)
        {
            scores[i] = (scores[i].Feature, scores[i].Score * pooled[scores[i].Feature]);
        }

        return [.. scores.Where(score => score.Score > 0).OrderByDescending(score => score.Score).Take(count).Select(score => score.Feature)];
    }

    private List<(int Feature, float Score)> Scores(string word)
    {
        var scores = new List<(int, float)>();
        if (_index.TryGetValue(word, out var at))
        {
            var code = _codes[at];
            for (var i = 0; i < code.L0; i++)
            {
                var score = code.Values[i] - _mean[code.Indices[i]];
                if (score > 0)
                {
                    scores.Add((code.Indices[i], score));
                }
            }
        }

        return scores;
    }
}
