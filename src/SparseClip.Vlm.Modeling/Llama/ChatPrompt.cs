namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>Who speaks.</summary>
public enum ChatRole
{
    System,
    User,
    Assistant,
}

/// <summary>One message of a dialogue. The content is plain text: nothing in it is read as a control token.</summary>
public sealed record ChatMessage(ChatRole Role, string Content);

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
/// writes it, with the picture at the head of the first user message and a line feed after it.
/// </summary>
/// <remarks>
/// <code>
/// &lt;|im_start|&gt;system\n{system}&lt;|im_end|&gt;\n
/// &lt;|im_start|&gt;user\n{image}\n{question}&lt;|im_end|&gt;\n
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

    /// <summary>What SmolLM2's template says when a dialogue has no system message of its own.</summary>
    public const string DefaultSystem = "You are a helpful AI assistant named SmolLM, trained by Hugging Face";

    /// <summary>The pieces of a dialogue.</summary>
    /// <param name="messages">At least one; a system message only at the start. Without one, <see cref="DefaultSystem"/> is used.</param>
    /// <param name="withImage">Whether the first user message begins with a picture.</param>
    /// <param name="openAnswer">Whether to open the answer that the model is to give: true at inference, false for a dialogue that ends with its answer.</param>
    /// <exception cref="ArgumentException">There is no message, a system message is not the first, or no user message can take the picture.</exception>
    public static IReadOnlyList<PromptPiece> Render(IReadOnlyList<ChatMessage> messages, bool withImage, bool openAnswer = true)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.Count == 0 || messages.Skip(1).Any(m => m.Role == ChatRole.System))
        {
            throw new ArgumentException("A dialogue needs at least one message, and a system message only as its first.", nameof(messages));
        }

        if (withImage && messages.All(m => m.Role != ChatRole.User))
        {
            throw new ArgumentException("A dialogue about a picture needs a user message.", nameof(messages));
        }

        var pieces = new List<PromptPiece>();
        if (messages[0].Role != ChatRole.System)
        {
            Add(pieces, new ChatMessage(ChatRole.System, DefaultSystem), false);
        }

        var imagePending = withImage;
        foreach (var message in messages)
        {
            Add(pieces, message, imagePending && message.Role == ChatRole.User);
            imagePending &= message.Role != ChatRole.User;
        }

        if (openAnswer)
        {
            pieces.Add(new ControlPiece(Start));
            pieces.Add(new TextPiece("assistant\n"));
        }

        return pieces;
    }

    private static void Add(List<PromptPiece> pieces, ChatMessage message, bool image)
    {
        pieces.Add(new ControlPiece(Start));
        switch (message.Role)
        {
            case ChatRole.User when image:
                pieces.AddRange([new TextPiece("user\n"), new ImagePiece(), new TextPiece("\n" + message.Content)]);
                break;
            case ChatRole.Assistant:
                // Apart from its header, as it is when the model itself generates it.
                pieces.Add(new TextPiece("assistant\n"));
                pieces.Add(new TextPiece(message.Content, IsAnswer: true));
                break;
            default:
                pieces.Add(new TextPiece((message.Role == ChatRole.User ? "user\n" : "system\n") + message.Content));
                break;
        }

        pieces.Add(new ControlPiece(End, IsAnswer: message.Role == ChatRole.Assistant));
        pieces.Add(new TextPiece("\n"));
    }
}
