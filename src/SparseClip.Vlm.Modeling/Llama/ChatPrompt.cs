using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>A piece of a prompt; see <see cref="ChatPrompt"/>.</summary>
/// <param name="IsAnswer">Whether the piece is what the model itself has to say: an answer's text and the token that ends it.</param>
public abstract record PromptPiece(bool IsAnswer);

/// <summary>One control token of the vocabulary, such as <c>&lt;|im_start|&gt;</c>.</summary>
public sealed record ControlPiece(string Token, bool IsAnswer = false) : PromptPiece(IsAnswer);

/// <summary>Text, to be tokenised on its own and without looking for control tokens.</summary>
public sealed record TextPiece(string Text, bool IsAnswer = false) : PromptPiece(IsAnswer);

/// <summary>The place of the picture's embeddings: the pooled one, then those of the patches, row by row.</summary>
public sealed record ImagePiece() : PromptPiece(false);

/// <summary>
/// The one definition of how a dialogue about a picture is laid out, used in training and at inference alike: ChatML as SmolLM2's own template
/// writes it, with the picture at the head of the first user message and a line feed after it; where something is said of the picture, it follows there.
/// </summary>
/// <remarks>
/// <code>
/// &lt;|im_start|&gt;system\n{system}&lt;|im_end|&gt;\n
/// &lt;|im_start|&gt;user\n{image}\n{what it shows} {question}&lt;|im_end|&gt;\n
/// &lt;|im_start|&gt;assistant\n{answer}&lt;|im_end|&gt;\n
/// &lt;|im_start|&gt;user\n{question}&lt;|im_end|&gt;\n ...
/// </code>
/// <see cref="Render"/> gives the pieces of that text in order; tokenise each <see cref="TextPiece"/> by itself, look up each
/// <see cref="ControlPiece"/>, and put the embeddings at the <see cref="ImagePiece"/> (at most one). The pieces of a dialogue are a prefix of those of
/// the dialogue that continues it, up to and including the open answer, so a KV cache stays valid: after a generated answer come its
/// <c>&lt;|im_end|&gt;</c> and the pieces that follow. Generation stops at <see cref="End"/>.
/// </remarks>
public static class ChatPrompt
{
    /// <summary>Begins a message.</summary>
    public const string Start = "<|im_start|>";

    /// <summary>Ends a message; the model's stop token.</summary>
    public const string End = "<|im_end|>";

    /// <summary>What a dialogue about a picture says where it has no system message of its own: what SmolLM2's template says.</summary>
    public const string DefaultSystem = "You are a helpful AI assistant named SmolLM, trained by Hugging Face";

    /// <summary>What a dialogue without a picture says where it has no system message of its own: no name, which the model would rather talk of than answer.</summary>
    public const string PlainSystem = "You are a helpful assistant.";

    /// <summary>The pieces of a dialogue.</summary>
    /// <param name="dialogue">
    /// At least one turn; the system's only at the start. Without one, <see cref="DefaultSystem"/> is used with a picture and <see cref="PlainSystem"/> without.
    /// The texts are plain: nothing in them is read as a control token.
    /// </param>
    /// <param name="withImage">Whether the first turn of the user begins with a picture.</param>
    /// <param name="said">What is said of the picture before the first question, a sentence; null for nothing.</param>
    /// <param name="openAnswer">Whether to open the answer that the model is to give: true at inference, false for a dialogue that ends with its answer.</param>
    /// <exception cref="ArgumentException">There is no turn, one of the system is not the first, or none of the user can take the picture.</exception>
    public static IReadOnlyList<PromptPiece> Render(IReadOnlyList<DialogueTurn> dialogue, bool withImage, string? said = null, bool openAnswer = true)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        if (dialogue.Count == 0 || dialogue.Skip(1).Any(turn => turn.Speaker == Speaker.System))
        {
            throw new ArgumentException("A dialogue needs at least one turn, and one of the system only as its first.", nameof(dialogue));
        }

        if (withImage && dialogue.All(turn => turn.Speaker != Speaker.User))
        {
            throw new ArgumentException("A dialogue about a picture needs a turn of the user.", nameof(dialogue));
        }

        var pieces = new List<PromptPiece>();
        if (dialogue[0].Speaker != Speaker.System)
        {
            Add(pieces, new DialogueTurn(Speaker.System, withImage ? DefaultSystem : PlainSystem), false, null);
        }

        var imagePending = withImage;
        foreach (var turn in dialogue)
        {
            Add(pieces, turn, imagePending && turn.Speaker == Speaker.User, said);
            imagePending &= turn.Speaker != Speaker.User;
        }

        if (openAnswer)
        {
            pieces.Add(new ControlPiece(Start));
            pieces.Add(new TextPiece("assistant\n"));
        }

        return pieces;
    }

    private static void Add(List<PromptPiece> pieces, DialogueTurn turn, bool image, string? said)
    {
        pieces.Add(new ControlPiece(Start));
        switch (turn.Speaker)
        {
            case Speaker.User when image:
                pieces.AddRange([new TextPiece("user\n"), new ImagePiece(), new TextPiece("\n" + (said is null ? "" : said + " ") + turn.Text)]);
                break;
            case Speaker.Assistant:
                // Apart from its header, as it is when the model itself generates it.
                pieces.Add(new TextPiece("assistant\n"));
                pieces.Add(new TextPiece(turn.Text, IsAnswer: true));
                break;
            default:
                pieces.Add(new TextPiece((turn.Speaker == Speaker.User ? "user\n" : "system\n") + turn.Text));
                break;
        }

        pieces.Add(new ControlPiece(End, IsAnswer: turn.Speaker == Speaker.Assistant));
        pieces.Add(new TextPiece("\n"));
    }
}
