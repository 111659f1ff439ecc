using SparseClip.Vlm.Contracts.OpenAi;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>What a request of the Responses API asks for.</summary>
/// <param name="Body">The question, as a completion request asks it.</param>
/// <param name="Places">Where its parts stand.</param>
/// <param name="Instructions">The instructions, which are the first message, too; null for none.</param>
/// <param name="Metadata">The client's own names and texts.</param>
/// <param name="ToolChoice">As it was sent, or its default.</param>
/// <param name="ParallelToolCalls">As it was sent, or its default.</param>
internal sealed record AskedResponse(
    ChatCompletionRequest Body, RequestPlaces Places, string? Instructions, IReadOnlyDictionary<string, string> Metadata, string ToolChoice, bool ParallelToolCalls);
