using SparseClip.Vlm.Contracts.Chat;

namespace SparseClip.Vlm.Contracts.Conversations;

/// <summary>Some of the kept conversations.</summary>
/// <param name="Conversations">Them, the last changed first.</param>
/// <param name="Total">How many there are in all.</param>
public sealed record ConversationList(IReadOnlyList<ConversationEntry> Conversations, int Total);

/// <summary>A kept conversation in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title; empty before there is one.</param>
/// <param name="Created">When it began.</param>
/// <param name="Changed">When something was last said in it, or it was changed.</param>
/// <param name="Messages">How many messages there are, of all branches.</param>
/// <param name="Picture">The id of the picture that came first; null for none.</param>
public sealed record ConversationEntry(string Id, string Title, DateTimeOffset Created, DateTimeOffset Changed, int Messages, string? Picture);

/// <summary>A kept conversation with all its messages, which are a tree: an answer that is made again and a question that is changed stand beside what was there.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title; empty before there is one.</param>
/// <param name="Created">When it began.</param>
/// <param name="Changed">When something was last said in it, or it was changed.</param>
/// <param name="Head">The message at the end of the branch that is shown; null before there is any.</param>
/// <param name="Messages">Them, each after its parent.</param>
public sealed record ConversationDto(string Id, string Title, DateTimeOffset Created, DateTimeOffset Changed, string? Head, IReadOnlyList<MessageDto> Messages)
{
    /// <summary>The branch that is shown, from its first message to the head.</summary>
    public IReadOnlyList<MessageDto> Branch()
    {
        var byId = Messages.ToDictionary(message => message.Id, StringComparer.Ordinal);
        var branch = new List<MessageDto>();
        for (var id = Head; id is not null && byId.TryGetValue(id, out var message); id = message.Parent)
        {
            branch.Add(message);
        }

        branch.Reverse();
        return branch;
    }
}

/// <summary>A message of a kept conversation.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parent">The message before it; null for a first one.</param>
/// <param name="Role">"system" | "user" | "assistant".</param>
/// <param name="Text">What was said.</param>
/// <param name="Image">The id of the picture that came with it; null for none.</param>
/// <param name="Status">"whole" | "writing" | "stopped" (whoever asked stopped it) | "interrupted" (the server ended meanwhile) | "failed".</param>
/// <param name="Created">When it was said.</param>
/// <param name="RequestId">What the client calls the request that it answers; null for none.</param>
/// <param name="Asked">How it was asked for: a question without its messages; null for what is no answer.</param>
/// <param name="Outcome">What came of it; null for what is no whole answer.</param>
public sealed record MessageDto(
    string Id, string? Parent, string Role, string Text, string? Image, string Status, DateTimeOffset Created, string? RequestId, AskRequest? Asked, AnswerOutcome? Outcome);

/// <summary>What came of an answer that is whole.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Tower">The SHA-256 of its tower, by which features are the same or others.</param>
/// <param name="Done">The event that ended it: what steering did, the words that were read, the seed, counts and times.</param>
public sealed record AnswerOutcome(string Model, string Tower, ChatEvent Done);

/// <summary>What is to be begun or changed.</summary>
/// <param name="Title">The title, up to 200 letters; null for none, or to leave it.</param>
/// <param name="Head">The message at the end of the branch to show; null to leave it. Not for a new one.</param>
public sealed record ConversationChange(string? Title = null, string? Head = null);

/// <summary>A conversation as a file, to be brought elsewhere.</summary>
/// <param name="Format">"sparseclip-conversation".</param>
/// <param name="Version">1.</param>
/// <param name="Conversation">It.</param>
/// <param name="Images">Its pictures: their files in base64, by their ids. One whose file is gone is missing.</param>
public sealed record ConversationFile(string Format, int Version, ConversationDto Conversation, IReadOnlyDictionary<string, string> Images);
