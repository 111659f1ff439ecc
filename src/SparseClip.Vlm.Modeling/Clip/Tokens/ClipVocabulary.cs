using System.Text.Json;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Clip.Import;
using SparseClip.Vlm.Modeling.Llama;

namespace SparseClip.Vlm.Modeling.Clip.Tokens;

/// <summary>The tokens and merges of CLIP's byte-level BPE, in which the last piece of a word ends in <c>&lt;/w&gt;</c>. Immutable.</summary>
public sealed class ClipVocabulary
{
    /// <summary>Stands before a text.</summary>
    public const string Start = "<|startoftext|>";

    /// <summary>Stands after a text.</summary>
    public const string End = "<|endoftext|>";

    /// <summary>Marks the last piece of a word.</summary>
    public const string WordEnd = "</w>";

    private const string Remedy = "Use the vocab.json and merges.txt that were published with the model";

    private ClipVocabulary(IReadOnlyList<string> tokens, IReadOnlyList<string> merges) => (Tokens, Merges) = (tokens, merges);

    /// <summary>The tokens; the place is the id.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>Pairs with a space between, the earliest merged first.</summary>
    public IReadOnlyList<string> Merges { get; }

    /// <summary>The vocabulary that OpenAI published with CLIP: 256 bytes, the same as word ends, 48,894 merges, start and end.</summary>
    public static ClipVocabulary Published()
    {
        using var reader = new StreamReader(typeof(ClipVocabulary).Assembly.GetManifestResourceStream("clip-merges.txt")!);
        var merges = MergeLines(reader.ReadToEnd());
        var bytes = ByteLevelAlphabet.Characters.Select(character => character.ToString()).ToList();
        return new ClipVocabulary(
            [.. bytes, .. bytes.Select(character => character + WordEnd), .. merges.Select(pair => pair.Replace(" ", "", StringComparison.Ordinal)), Start, End],
            merges);
    }

    /// <summary>The vocabulary of a folder with <c>vocab.json</c> and <c>merges.txt</c>, or with the <c>tokenizer.json</c> that newer versions write alone.</summary>
    /// <exception cref="ClipImportException">A file is missing or damaged.</exception>
    public static ClipVocabulary Read(string folder)
    {
        var (file, together) = (Path.Combine(folder, "vocab.json"), Path.Combine(folder, "tokenizer.json"));
        if (File.Exists(file) || !File.Exists(together))
        {
            return Create(file, JsonSection.Open(file).Integers(), MergeLines(ClipImportException.ReadText(Path.Combine(folder, "merges.txt"))));
        }

        var model = JsonSection.Open(together).Object("model");
        return Create(together, model.Object("vocab").Integers(), model.Texts("merges"));
    }

    /// <summary>One token and one merge a line, for keeping them in another file.</summary>
    public (string Tokens, string Merges) ToLines() => (string.Join('\n', Tokens), string.Join('\n', Merges));

    /// <summary>What <see cref="ToLines"/> gave.</summary>
    /// <exception cref="CheckpointException">It is no vocabulary.</exception>
    internal static ClipVocabulary FromLines(string file, string tokens, string merges)
    {
        var vocabulary = new ClipVocabulary(tokens.Split('\n'), MergeLines(merges));
        return vocabulary.Problem() is { } problem ? throw new CheckpointException(file, problem, "Import the model again") : vocabulary;
    }

    private static ClipVocabulary Create(string file, IReadOnlyList<(string Token, int Id)> ids, IReadOnlyList<string> merges)
    {
        var tokens = new string?[ids.Count];
        foreach (var (token, id) in ids)
        {
            if (id < 0 || id >= tokens.Length || tokens[id] is not null)
            {
                throw new ClipImportException(file, $"its {tokens.Length} tokens do not have the ids 0 to {tokens.Length - 1}, each once ('{token}' has {id})", Remedy);
            }

            tokens[id] = token;
        }

        var vocabulary = new ClipVocabulary(tokens!, merges);
        return vocabulary.Problem() is { } problem ? throw new ClipImportException(file, problem, Remedy) : vocabulary;
    }

    private string? Problem()
    {
        var known = Tokens.ToHashSet(StringComparer.Ordinal);
        return known.Count != Tokens.Count ? "its vocabulary names a token twice"
            : new[] { Start, End }.FirstOrDefault(token => !known.Contains(token)) is { } special ? $"its vocabulary lacks '{special}'"
            : ByteLevelAlphabet.Characters.Select(c => c.ToString()).FirstOrDefault(c => !known.Contains(c) || !known.Contains(c + WordEnd)) is { } character
                ? $"its vocabulary lacks '{character}' or '{character}{WordEnd}'"
            : Merges.FirstOrDefault(pair => pair.Split(' ') is not [var first, var second] || !known.Contains(first) || !known.Contains(second) || !known.Contains(first + second)) is { } merge
                ? $"its merge '{merge}' is not of two tokens that make a third"
            : null;
    }

    private static List<string> MergeLines(string text) =>
    [
        .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where((line, number) => number > 0 || !line.StartsWith("#version", StringComparison.Ordinal)),
    ];
}
