namespace SparseClip.Vlm.Storage;

/// <summary>How far a message has come.</summary>
public static class MessageStatus
{
    /// <summary>It is as its writer meant it.</summary>
    public const string Whole = "whole";

    /// <summary>It is being written.</summary>
    public const string Writing = "writing";

    /// <summary>Whoever asked stopped it.</summary>
    public const string Stopped = "stopped";

    /// <summary>The server ended while it was written; what had been kept is there.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>It failed.</summary>
    public const string Failed = "failed";
}

/// <summary>A conversation in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
/// <param name="Created">When it began.</param>
/// <param name="Changed">When something was last said in it, or it was renamed.</param>
/// <param name="Messages">How many messages there are, of all branches.</param>
/// <param name="Picture">The picture that came first; null for none.</param>
public sealed record ConversationSummary(string Id, string Title, DateTimeOffset Created, DateTimeOffset Changed, int Messages, string? Picture);

/// <summary>A conversation with its messages, which are a tree: an answer that is made again and a question that is changed are siblings of what was there.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
/// <param name="Created">When it began.</param>
/// <param name="Changed">When something was last said in it, or it was renamed.</param>
/// <param name="Head">The message at the end of the branch that is shown; null before there is any.</param>
/// <param name="Messages">All of them, each after its parent.</param>
public sealed record KeptConversation(string Id, string Title, DateTimeOffset Created, DateTimeOffset Changed, string? Head, IReadOnlyList<KeptMessage> Messages)
{
    /// <summary>The branch that ends with a message: from the first message to it.</summary>
    /// <param name="end">Its id; null for no message.</param>
    /// <returns>Null if there is no such message.</returns>
    public IReadOnlyList<KeptMessage>? Branch(string? end)
    {
        var byId = Messages.ToDictionary(message => message.Id, StringComparer.Ordinal);
        var branch = new List<KeptMessage>();
        for (var id = end; id is not null; id = branch[^1].Parent)
        {
            if (!byId.TryGetValue(id, out var message))
            {
                return null;
            }

            branch.Add(message);
        }

        branch.Reverse();
        return branch;
    }
}

/// <summary>A message.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parent">The message before it; null for a first one.</param>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Text">What was said.</param>
/// <param name="Picture">The id of the picture that came with it; null for none.</param>
/// <param name="Status">One of <see cref="MessageStatus"/>.</param>
/// <param name="Created">When it was said.</param>
/// <param name="RequestId">What the client calls the request that it answers; null for none.</param>
/// <param name="Asked">What was asked for, as JSON; null for a message that answers nothing.</param>
/// <param name="Outcome">What came of it, as JSON; null while it is not whole.</param>
public sealed record KeptMessage(
    string Id, string? Parent, string Role, string Text, string? Picture, string Status, DateTimeOffset Created, string? RequestId = null, string? Asked = null, string? Outcome = null);

/// <summary>A message to be kept.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Text">What was said.</param>
/// <param name="Picture">The id of the picture that came with it; null for none.</param>
public sealed record NewMessage(string Role, string Text, string? Picture = null);
