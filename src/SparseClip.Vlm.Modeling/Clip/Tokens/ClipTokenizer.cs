using Microsoft.ML.Tokenizers;

namespace SparseClip.Vlm.Modeling.Clip.Tokens;

/// <summary>
/// CLIP's tokeniser: a cleaned text is split into words, each word is merged by byte-level BPE, the whole stands between a start and an
/// end token and is cut to the context. The ids are exactly those of the publisher's own tokeniser. Thread-safe.
/// </summary>
public sealed class ClipTokenizer
{
    private readonly BpeTokenizer _bpe;
    private readonly ClipTokenConfig _config;
    private readonly int _start;
    private readonly int _end;
    private readonly (string Written, int Id)[] _special;

    /// <param name="vocabulary">Tokens and merges.</param>
    /// <param name="config">How texts are cleaned and padded.</param>
    /// <param name="contextLength">Most ids of a text, at least 2.</param>
    public ClipTokenizer(ClipVocabulary vocabulary, ClipTokenConfig config, int contextLength)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 2);
        _config = config;
        ContextLength = contextLength;
        var ids = vocabulary.Tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id, StringComparer.Ordinal);
        (_start, _end) = (ids[ClipVocabulary.Start], ids[ClipVocabulary.End]);

        // OpenCLIP spells the same two tokens differently where a text writes them out.
        _special = config.Cleaning == ClipCleaning.OpenClip
            ? [("<start_of_text>", _start), ("<end_of_text>", _end)]
            : [(ClipVocabulary.Start, _start), (ClipVocabulary.End, _end)];
        _bpe = BpeTokenizer.Create(new BpeOptions(ids) { Merges = vocabulary.Merges, ByteLevel = true, EndOfWordSuffix = ClipVocabulary.WordEnd });
    }

    /// <summary>Most ids of a text, start and end among them.</summary>
    public int ContextLength { get; }

    /// <summary>The ids of a text, start and end among them, without padding.</summary>
    /// <param name="text">Any text; one that is too long loses its last words, and an unpaired surrogate becomes U+FFFD.</param>
    public IReadOnlyList<int> Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int> { _start };
        if (_config.Cleaning == ClipCleaning.OpenClip)
        {
            AddWords(ids, ClipText.CleanAsOpenClip(text));
        }
        else
        {
            AddHuggingFace(ids, text);
        }

        if (ids.Count > ContextLength - 1)
        {
            ids.RemoveRange(ContextLength - 1, ids.Count - ContextLength + 1);
        }

        ids.Add(_end);
        return ids;
    }

    /// <summary>Hugging Face reads start and end tokens that a text writes out before anything is cleaned.</summary>
    private void AddHuggingFace(List<int> ids, string text)
    {
        for (var rest = text; rest.Length > 0;)
        {
            var (at, written, id) = _special
                .Select(special => (At: rest.IndexOf(special.Written, StringComparison.Ordinal), special.Written, special.Id))
                .Where(hit => hit.At >= 0)
                .OrderBy(hit => hit.At)
                .FirstOrDefault((rest.Length, "", -1));
            AddWords(ids, ClipText.CleanAsHuggingFace(rest[..at]));
            if (id >= 0)
            {
                ids.Add(id);
            }

            rest = rest[(at + written.Length)..];
        }
    }

    private void AddWords(List<int> ids, string text)
    {
        foreach (var word in ClipText.Words(text, [_special[0].Written, _special[1].Written]))
        {
            var special = Array.FindIndex(_special, pair => pair.Written == word);
            if (special < 0)
            {
                AddWord(ids, word);
            }
            else if (_config.Cleaning == ClipCleaning.OpenClip)
            {
                ids.Add(_special[special].Id);
            }
            else
            {
                // Only one that was written in capitals comes as far as this; Hugging Face does not take it for a token.
                foreach (var part in ClipText.Words(word, []))
                {
                    AddWord(ids, part);
                }
            }
        }
    }

    private void AddWord(List<int> ids, string word) =>
        ids.AddRange(_bpe.EncodeToIds(word, considerPreTokenization: false, considerNormalization: false));
}
