using System.Text.Json;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Conversations;
using SparseClip.Vlm.Storage;

namespace SparseClip.Vlm.Server.Conversations;

/// <summary>Between what is kept and what is told.</summary>
internal static class ConversationMapping
{
    /// <summary>What is kept of questions and outcomes is written so in the database and in files.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);

    public static ConversationEntry ToEntry(this ConversationSummary kept) => new(kept.Id, kept.Title, kept.Created, kept.Changed, kept.Messages, kept.Picture);

    public static ConversationDto ToDto(this KeptConversation kept) => new(kept.Id, kept.Title, kept.Created, kept.Changed, kept.Head, [.. kept.Messages.Select(ToDto)]);

    public static KeptConversation ToKept(this ConversationDto told) => new(
        told.Id, told.Title, told.Created, told.Changed, told.Head,
        [.. told.Messages.Select(message => new KeptMessage(
            message.Id, message.Parent, message.Role, message.Text, message.Image, message.Status, message.Created, message.RequestId,
            message.Asked is null ? null : Write(message.Asked), message.Outcome is null ? null : Write(message.Outcome)))]);

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Json);

    public static T? Read<T>(string? json)
        where T : class => json is null ? null : JsonSerializer.Deserialize<T>(json, Json);

    private static MessageDto ToDto(KeptMessage kept) => new(
        kept.Id, kept.Parent, kept.Role, kept.Text, kept.Picture, kept.Status, kept.Created, kept.RequestId, Read<AskRequest>(kept.Asked), Read<AnswerOutcome>(kept.Outcome));
}
