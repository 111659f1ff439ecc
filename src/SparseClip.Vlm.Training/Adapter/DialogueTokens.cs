using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Modeling.Llama;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>A dialogue as the language model reads it after the picture.</summary>
/// <param name="Ids">The tokens after the picture's embeddings.</param>
/// <param name="Answers">Positions in <paramref name="Ids"/> of what the model has to say: the answers and the token that ends each.</param>
public sealed record DialogueTokens(IReadOnlyList<int> Ids, IReadOnlyList<int> Answers);

/// <summary>Turns dialogues into tokens by the one definition of the prompt (<see cref="ChatPrompt"/>). Thread-safe.</summary>
public sealed class DialogueEncoder
{
    private readonly LlamaTokenizer _tokenizer;

    /// <param name="tokenizer">The language model's.</param>
    public DialogueEncoder(LlamaTokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        Beginning = [.. ChatPrompt.Render([new DialogueTurn(Speaker.User, "")], withImage: true)
            .TakeWhile(piece => piece is not ImagePiece)
            .SelectMany(_tokenizer.Encode)];
    }

    /// <summary>The tokens before the picture, the same in every dialogue.</summary>
    public IReadOnlyList<int> Beginning { get; }

    /// <summary>The tokens of a dialogue after the picture, without what follows the last answer.</summary>
    /// <param name="turns">Questions and answers.</param>
    /// <param name="said">What is said of the picture before the first question; null for nothing.</param>
    public DialogueTokens Encode(IReadOnlyList<QuestionAnswer> turns, string? said = null)
    {
        ArgumentNullException.ThrowIfNull(turns);
        var dialogue = turns.SelectMany(turn => new DialogueTurn[] { new(Speaker.User, turn.Question), new(Speaker.Assistant, turn.Answer) }).ToList();
        var ids = new List<int>();
        var answers = new List<int>();
        foreach (var piece in ChatPrompt.Render(dialogue, withImage: true, said, openAnswer: false).SkipWhile(piece => piece is not ImagePiece).Skip(1))
        {
            var tokens = _tokenizer.Encode(piece);
            if (piece.IsAnswer)
            {
                answers.AddRange(Enumerable.Range(ids.Count, tokens.Count));
            }

            ids.AddRange(tokens);
        }

        var end = answers[^1] + 1;
        return new DialogueTokens(ids[..end], answers);
    }

    /// <summary>The tokens after the picture of one open question.</summary>
    public IReadOnlyList<int> Question(string question) => Open([new DialogueTurn(Speaker.User, question)]);

    /// <summary>The tokens after the picture of a dialogue that ends with an open question.</summary>
    /// <param name="dialogue">The turns; the last one is the user's.</param>
    /// <param name="said">What is said of the picture before the first question; null for nothing.</param>
    public IReadOnlyList<int> Open(IReadOnlyList<DialogueTurn> dialogue, string? said = null) =>
        [.. ChatPrompt.Render(dialogue, withImage: true, said)
            .SkipWhile(piece => piece is not ImagePiece).Skip(1)
            .SelectMany(_tokenizer.Encode)];
}
