namespace SparseClip.Vlm.Storage.Records;

/// <summary>A message as a row.</summary>
internal sealed class MessageRecord
{
    /// <summary>32 hexadecimal digits that grow with time.</summary>
    public required string Id { get; init; }

    public required string ConversationId { get; init; }

    /// <summary>The message before it on its branch; null for a first one.</summary>
    public string? ParentId { get; init; }

    public required string Role { get; init; }

    public required string Text { get; set; }

    /// <summary>The id of the picture that came with it.</summary>
    public string? Picture { get; init; }

    public required string Status { get; set; }

    public DateTime Created { get; init; }

    /// <summary>What the client calls the request that it answers; unlike any other's of the conversation.</summary>
    public string? RequestId { get; init; }

    /// <summary>What was asked for, as JSON.</summary>
    public string? Asked { get; init; }

    /// <summary>What came of it, as JSON.</summary>
    public string? Outcome { get; set; }
}
