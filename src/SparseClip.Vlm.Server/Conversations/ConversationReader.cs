using SparseClip.Vlm.Contracts.Conversations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Conversations;

/// <summary>Reads what is to be begun or changed.</summary>
internal static class ConversationReader
{
    private const int MostLetters = 200;

    private static readonly FieldNames s_new = new("title")
    {
        Elsewhere = new Dictionary<string, string> { ["messages"] = "messages are asked at /api/conversations/ID/answers, or brought along at /api/conversations/import." },
    };

    private static readonly FieldNames s_change = new("title", "head");

    /// <summary>The change.</summary>
    /// <param name="value">The body.</param>
    /// <param name="isNew">Whether there is no conversation yet.</param>
    /// <exception cref="RefusedException">400: a field is unknown or of the wrong kind, the title is too long, or nothing is to be changed.</exception>
    public static ConversationChange Change(RequestValue value, bool isNew)
    {
        var fields = value.Fields(isNew ? s_new : s_change);
        var change = new ConversationChange(fields["title"] is { } title ? Title(title) : null, isNew ? null : fields["head"]?.Text());
        return isNew || change.Title is not null || change.Head is not null
            ? change
            : throw value.Refused(ErrorCodes.MissingParameter, "Nothing is to be changed; give title or head.");
    }

    /// <summary>A title.</summary>
    public static string Title(RequestValue value) => value.Text() is { Length: <= MostLetters } title
        ? title.Trim()
        : throw value.Refused(ErrorCodes.InvalidValue, $"{value.Path} has {value.Text().Length} letters; give {MostLetters} at most.");
}
