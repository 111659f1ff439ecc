using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>The fields of a completion request: those that are read, those that cannot be honoured, and those that ask for nothing.</summary>
internal static class CompletionFields
{
    /// <summary>
    /// Fields that change nothing about an answer, here or anywhere: who asks, what for, how it is billed or cached. Accepted unread; nothing is kept
    /// beyond the answer. Calling tools in parallel means nothing where there are none.
    /// </summary>
    public static IReadOnlyList<string> Harmless { get; } =
    [
        "user", "metadata", "store", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "service_tier", "parallel_tool_calls",
        "cache_prompt",
    ];

    private const string Tokens = "max_tokens";

    /// <summary>Where a picture belongs.</summary>
    public const string Picture =
        "a picture is a part of a message's content: {\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,...\"}}.";

    /// <summary>The fields of the request.</summary>
    public static FieldNames Request { get; } = new(
    [
        .. AnswerFields.Names, "messages", "stream_options", "max_tokens", "max_completion_tokens", "frequency_penalty", "presence_penalty", "n", "logprobs", "response_format", "grammar", "truncate", .. Harmless,
    ])
    {
        Unsupported = new Dictionary<string, UnsupportedField>(
            AnswerFields.Unsupported(Tokens, "response_format: {\"type\":\"json_schema\",\"json_schema\":{\"name\":\"...\",\"schema\":{...}}}"))
        {
            ["best_of"] = new("all answers that are made are sent; n asks for several", "1"),
        },
        Elsewhere = new Dictionary<string, string>(AnswerFields.Elsewhere(Tokens, Picture))
        {
            ["prompt"] = "send the dialogue as messages.",
            ["input"] = "it belongs to /v1/responses; here send the dialogue as messages.",
            ["instructions"] = "it belongs to /v1/responses; here send a system message.",
            ["system"] = "send a message with the role system.",
            ["max_output_tokens"] = $"did you mean {Tokens}?",
        },
    };

    /// <summary>The fields of its stream_options.</summary>
    public static FieldNames StreamOptions { get; } = new("include_usage")
    {
        Unsupported = new Dictionary<string, UnsupportedField> { ["include_obfuscation"] = new("chunks are not padded", "false") },
    };
}
