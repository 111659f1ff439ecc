using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Contracts.OpenAi;

/// <summary>An error on the /v1 routes.</summary>
public sealed record OpenAiErrorResponse(OpenAiError Error);

/// <summary>What went wrong.</summary>
/// <param name="Message">For people.</param>
/// <param name="Type">"invalid_request_error" | "server_error" | "rate_limit_error".</param>
/// <param name="Param">The field it is about.</param>
/// <param name="Code">For programs.</param>
/// <param name="Position">Where the queue is full: the place in it that the request would have had, from 1.</param>
public sealed record OpenAiError(
    string Message, string Type, string? Param, string? Code, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Position = null);
