using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>How it is told that there is no answer, or no more of it, where events are told.</summary>
internal static class FailedAnswer
{
    /// <summary>The last event.</summary>
    public static ChatEvent ToEvent(this Refusal refusal) => new() { Type = ChatEvent.ErrorType, Message = refusal.Message, Code = refusal.Code, Param = refusal.Param };
}
