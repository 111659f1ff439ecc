using Microsoft.ML.Tokenizers;
using SparseClip.Vlm.Formats.Gguf;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>
/// The byte-level BPE tokeniser of a GGUF file, from the file's own vocabulary and merges. Control tokens in a text are read as such only when
/// that is asked for, so a user's text cannot inject them. Thread-safe.
/// </summary>
public sealed class LlamaTokenizer
{
    private const int ControlType = 3, UserDefinedType = 4;
    private readonly BpeTokenizer _bpe;
    private readonly IReadOnlyList<string> _tokens;
    private readonly Dictionary<string, int> _special;

    private LlamaTokenizer(BpeTokenizer bpe, IReadOnlyList<string> tokens, Dictionary<string, int> special, int endOfTurn)
    {
        _bpe = bpe;
        _tokens = tokens;
        _special = special;
        EndOfTurn = endOfTurn;
    }

    /// <summary>The token that ends the model's answer.</summary>
    public int EndOfTurn { get; }

    /// <exception cref="GgufException">The file has no tokeniser, or one of another kind.</exception>
    public static LlamaTokenizer FromGguf(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var meta = file.Metadata;
        const string remedy = "Use a model with a byte-level BPE tokeniser, such as SmolLM2";
        var (model, pre) = (meta.Text("tokenizer.ggml.model"), meta.FindText("tokenizer.ggml.pre") ?? "default");
        if (model != "gpt2")
        {
            throw new GgufException(file.Path, $"its tokeniser is '{model}', not 'gpt2' (byte-level BPE)", remedy);
        }

        var tokens = meta.Texts("tokenizer.ggml.tokens");
        var types = meta.Contains("tokenizer.ggml.token_type") ? meta.Integers("tokenizer.ggml.token_type") : new int[tokens.Count];
        if (types.Count != tokens.Count)
        {
            throw new GgufException(file.Path, $"it has {tokens.Count} tokens but {types.Count} token types", GgufException.FetchAgain);
        }

        var special = new Dictionary<string, int>(StringComparer.Ordinal);
        var vocabulary = new Dictionary<string, int>(tokens.Count, StringComparer.Ordinal);
        for (var id = 0; id < tokens.Count; id++)
        {
            if (!vocabulary.TryAdd(tokens[id], id))
            {
                throw new GgufException(file.Path, $"token '{tokens[id]}' appears twice in its vocabulary", GgufException.FetchAgain);
            }

            if (types[id] is ControlType or UserDefinedType)
            {
                special.Add(tokens[id], id);
            }
        }

        try
        {
            var bpe = BpeTokenizer.Create(new BpeOptions(vocabulary)
            {
                Merges = meta.Texts("tokenizer.ggml.merges"),
                ByteLevel = true,
                PreTokenizer = new BpePreTokenizer(BpePreTokenizer.SplitsDigits(pre) ?? throw new GgufException(
                    file.Path, $"its pre-tokeniser is '{pre}'", $"Supported are {string.Join(", ", BpePreTokenizer.Known)}")),
            });
            return new LlamaTokenizer(bpe, tokens, special, meta.Integer("tokenizer.ggml.eos_token_id", special.GetValueOrDefault(ChatPrompt.End)));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException)
        {
            throw new GgufException(file.Path, $"its vocabulary and merges do not make a tokeniser ({e.Message})", GgufException.FetchAgain, e);
        }
    }

    /// <summary>The ids of a text.</summary>
    /// <param name="text">Any text; an unpaired surrogate becomes U+FFFD.</param>
    /// <param name="allowSpecial">Whether control tokens written in the text are read as such. Never for text of a user.</param>
    public IReadOnlyList<int> Encode(string text, bool allowSpecial = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>();
        if (!allowSpecial)
        {
            AddText(ids, text);
            return ids;
        }

        for (var rest = text; rest.Length > 0;)
        {
            // The earliest control token; of two at the same place the longer one.
            var (at, token) = _special.Keys
                .Select(t => (At: rest.IndexOf(t, StringComparison.Ordinal), Token: t))
                .Where(hit => hit.At >= 0)
                .OrderBy(hit => hit.At).ThenByDescending(hit => hit.Token.Length)
                .FirstOrDefault((rest.Length, ""));
            AddText(ids, rest[..at]);
            if (token.Length > 0)
            {
                ids.Add(_special[token]);
            }

            rest = rest[(at + token.Length)..];
        }

        return ids;
    }

    /// <summary>The ids of a piece of a prompt, which must not be the picture's place.</summary>
    /// <exception cref="ArgumentException">It is the picture's place, or a control token that the vocabulary lacks.</exception>
    public IReadOnlyList<int> Encode(PromptPiece piece) => piece switch
    {
        TextPiece text => Encode(text.Text),
        ControlPiece control => [Special(control.Token)],
        _ => throw new ArgumentException("The picture's place has no tokens.", nameof(piece)),
    };

    /// <summary>The id of a control token.</summary>
    /// <exception cref="ArgumentException">The vocabulary has no such control token.</exception>
    public int Special(string token) => _special.TryGetValue(token, out var id)
        ? id
        : throw new ArgumentException($"The vocabulary has no control token '{token}'.", nameof(token));

    /// <summary>The text of ids; control tokens are left out. Bytes that are no UTF-8 become U+FFFD.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    public string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var bytes = new List<byte>();
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(id, nameof(ids));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, _tokens.Count, nameof(ids));
            if (!_special.ContainsKey(_tokens[id]))
            {
                ByteLevelAlphabet.AddBytes(_tokens[id], bytes);
            }
        }

        return System.Text.Encoding.UTF8.GetString([.. bytes]);
    }

    private void AddText(List<int> ids, string text)
    {
        if (text.Length > 0)
        {
            ids.AddRange(_bpe.EncodeToIds(text, considerPreTokenization: true, considerNormalization: false));
        }
    }
}
