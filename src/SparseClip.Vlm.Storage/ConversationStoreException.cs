using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Storage;

/// <summary>What the database was asked for cannot be had.</summary>
/// <param name="error">Why.</param>
/// <param name="message">What was wrong and what to do.</param>
/// <param name="inner">What the database said.</param>
public sealed class ConversationStoreException(ConversationStoreError error, string message, Exception? inner = null) : SparseClipException(message, inner)
{
    /// <summary>Why.</summary>
    public ConversationStoreError Error { get; } = error;
}

/// <summary>Why the database cannot do what it is asked for.</summary>
public enum ConversationStoreError
{
    /// <summary>There is no such conversation, or it is somebody else's.</summary>
    UnknownConversation,

    /// <summary>There is no such message in the conversation.</summary>
    UnknownMessage,

    /// <summary>A request of that id is there already.</summary>
    RequestExists,

    /// <summary>The disk of the database is full.</summary>
    NoRoom,

    /// <summary>The database cannot be reached, read or written.</summary>
    Unavailable,
}
