namespace SparseClip.Vlm.Storage.Records;

/// <summary>A conversation as a row.</summary>
internal sealed class ConversationRecord
{
    /// <summary>32 hexadecimal digits that grow with time.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is; empty where everything is everybody's.</summary>
    public required string Owner { get; init; }

    public required string Title { get; set; }

    public DateTime Created { get; init; }

    public DateTime Changed { get; set; }

    /// <summary>The message at the end of the branch that is shown; null before there is any.</summary>
    public string? Head { get; set; }

    public List<MessageRecord> Messages { get; } = [];
}
