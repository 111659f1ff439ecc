using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Modeling.Towers;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>
/// The text codes of a vocabulary and which features carry each word, by the rule of <see cref="Carriers"/>. Immutable.
/// </summary>
public sealed class ConceptCodes
{
    private readonly Dictionary<string, int> _index;
    private readonly SparseCode[] _codes;
    private readonly float[] _mean;

    /// <param name="words">The vocabulary, at least one word, none twice.</param>
    /// <param name="codes">Their text codes, all made alike.</param>
    public ConceptCodes(IReadOnlyList<string> words, SparseCode[] codes)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(codes);
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
    public static ConceptCodes Encode(ITextEncoder text, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(words);
        ArgumentOutOfRangeException.ThrowIfZero(words.Count);
        var codes = text.EncodeConcepts(words, cancellationToken);
        return new ConceptCodes(words, [.. codes]);
    }

    /// <summary>The features that a word activates above their mean, strongest first; empty for a word outside the vocabulary.</summary>
    /// <param name="word">The word.</param>
    /// <param name="count">The most features.</param>
    /// <param name="isAlive">Which features count.</param>
    public IReadOnlyList<int> OfWord(string word, int count, Func<int, bool> isAlive) =>
        [.. OfWord(word).Where(carrier => isAlive(carrier.Feature)).Take(count).Select(carrier => carrier.Feature)];

    /// <summary>The features that carry a word in a picture: by the word's score times the picture's value, strongest first.</summary>
    /// <param name="word">The word.</param>
    /// <param name="pooled">The picture's pooled code. [D]</param>
    /// <param name="count">The most features.</param>
    public IReadOnlyList<int> InPicture(string word, ReadOnlySpan<float> pooled, int count) =>
        [.. Carriers.InPicture(OfWord(word), pooled).Take(count).Select(carrier => carrier.Feature)];

    private IReadOnlyList<Carrier> OfWord(string word) => _index.TryGetValue(word, out var at) ? Carriers.OfWord(_codes[at], _mean) : [];
}
