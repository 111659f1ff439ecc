using System.Collections.Concurrent;
using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Inference.Features;

/// <summary>
/// Which features carry a concept, by the text tower. What counts is how far a word's activation lies above the feature's mean over all words:
/// features that answer to every word say nothing about this one. Text codes are kept for words asked about lately. Thread-safe.
/// </summary>
internal sealed class ConceptCarriers(ConceptPrompts prompts, IReadOnlyList<FeatureRecord> features)
{
    private const int KeptCodes = 2048;

    /// <summary>How far the strongest word of each named feature lies above the feature's mean, ascending.</summary>
    private readonly float[] _strengths =
    [
        .. features.Where(record => record.Feature.TopWords.Count > 0).Select(record => record.Feature.TopWords[0].Activation - record.WordMean).Order(),
    ];

    private readonly ConcurrentDictionary<string, (int Feature, float Score)[]> _byWord = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The features that a word activates above their mean, strongest first.</summary>
    public IReadOnlyList<(int Feature, float Score)> OfWord(string word)
    {
        if (_byWord.TryGetValue(word, out var known))
        {
            return known;
        }

        if (_byWord.Count >= KeptCodes)
        {
            _byWord.Clear();
        }

        return _byWord[word] = [.. Scores(prompts.Encode([word])[0]).OrderByDescending(score => score.Score)];
    }

    /// <summary>The features of a picture that agree with a word, by the word's score times the picture's value, strongest first.</summary>
    public IEnumerable<(int Feature, float Score)> InPicture(string word, SparseCode picture) => OfWord(word)
        .Select(carrier => (carrier.Feature, Score: carrier.Score * picture[carrier.Feature]))
        .Where(carrier => carrier.Score > 0)
        .OrderByDescending(carrier => carrier.Score);

    /// <summary>
    /// How much a word means to the tower: the share of named features whose own word activates them less than this word activates any, 0..1. Words that
    /// the tower makes nothing of activate no feature much.
    /// </summary>
    public float Meaning(string word)
    {
        var carriers = OfWord(word);
        if (carriers.Count == 0 || _strengths.Length == 0)
        {
            return 0f;
        }

        var place = Array.BinarySearch(_strengths, carriers[0].Score);
        return (float)(place >= 0 ? place : ~place) / _strengths.Length;
    }

    private List<(int Feature, float Score)> Scores(SparseCode code)
    {
        var scores = new List<(int Feature, float Score)>();
        for (var i = 0; i < code.L0; i++)
        {
            var score = code.Values[i] - features[code.Indices[i]].WordMean;
            if (score > 0)
            {
                scores.Add((code.Indices[i], score));
            }
        }

        return scores;
    }
}
