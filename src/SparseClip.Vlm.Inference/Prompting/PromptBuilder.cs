using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;
using SparseClip.Vlm.Modeling.Llama;

namespace SparseClip.Vlm.Inference.Prompting;

/// <summary>Turns text into token ids.</summary>
/// <param name="text">The text.</param>
/// <param name="isControl">Whether the text is a control token; false for anything a user wrote, so that nobody can speak as someone else.</param>
public delegate int[] Tokenize(string text, bool isControl);

/// <summary>
/// Lays a dialogue out for the generation engine, in the one layout of <see cref="ChatPrompt"/>. The prompt is cut where something may change while what
/// stands before it stays: before and after the picture, and before each answer. What lies before a cut can then be taken from the KV cache.
/// Thread-safe where its tokeniser is.
/// </summary>
public sealed class PromptBuilder(Tokenize tokenize)
{
    /// <summary>The segments of a prompt that ends where the answer begins.</summary>
    /// <param name="dialogue">The turns; the last is the user's.</param>
    /// <param name="picture">The picture's embeddings, [n, EmbeddingSize]; null for a dialogue without picture.</param>
    /// <param name="said">What is said of the picture before the first question, a sentence; null for nothing.</param>
    /// <param name="begun">The beginning of the answer, after which the prompt ends; empty for none.</param>
    /// <exception cref="ArgumentException">The dialogue is empty, does not end with the user, or has a system turn that is not the first.</exception>
    public IReadOnlyList<PromptSegment> Build(IReadOnlyList<DialogueTurn> dialogue, ReadOnlyMemory<float>? picture, string? said = null, string begun = "")
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        if (dialogue.Count == 0 || dialogue[^1].Speaker != Speaker.User)
        {
            throw new ArgumentException("The last turn of the dialogue must be the user's.", nameof(dialogue));
        }

        var segments = new List<PromptSegment>();
        var tokens = new List<int>();
        foreach (var piece in ChatPrompt.Render(dialogue, picture is not null, said))
        {
            switch (piece)
            {
                case ImagePiece:
                    Cut(segments, tokens);
                    segments.Add(new EmbeddingSegment(picture!.Value));
                    break;
                case ControlPiece control:
                    tokens.AddRange(tokenize(control.Token, isControl: true));
                    break;
                case TextPiece text:
                    if (text.IsAnswer)
                    {
                        Cut(segments, tokens);
                    }

                    tokens.AddRange(tokenize(text.Text, isControl: false));
                    break;
                default:
                    throw new NotSupportedException($"The prompt has a piece of the unknown kind {piece.GetType().Name}.");
            }
        }

        Cut(segments, tokens);
        if (begun.Length > 0)
        {
            segments.Add(new TokenSegment(tokenize(begun, isControl: false)));
        }

        return segments;
    }

    private static void Cut(List<PromptSegment> segments, List<int> tokens)
    {
        if (tokens.Count > 0)
        {
            segments.Add(new TokenSegment(tokens.ToArray()));
            tokens.Clear();
        }
    }
}
