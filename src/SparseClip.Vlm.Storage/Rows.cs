using SparseClip.Vlm.Storage.Records;

namespace SparseClip.Vlm.Storage;

/// <summary>Rows as what they stand for.</summary>
internal static class Rows
{
    public static KeptConversation ToConversation(this ConversationRecord row) => new(
        row.Id, row.Title, Utc(row.Created), Utc(row.Changed), row.Head, [.. row.Messages.OrderBy(message => message.Created).ThenBy(message => message.Id, StringComparer.Ordinal).Select(ToMessage)]);

    public static KeptMessage ToMessage(this MessageRecord row) => new(
        row.Id, row.ParentId, row.Role, row.Text, row.Picture, row.Status, Utc(row.Created), row.RequestId, row.Asked, row.Outcome);

    /// <summary>A time as it is kept; SQLite does not tell that it is universal.</summary>
    public static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
