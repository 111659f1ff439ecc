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

    private static readonly Dictionary<string, UnsupportedField> s_unsupported = new(StringComparer.Ordinal)
    {
        ["best_of"] = new("all answers that are made are sent; n asks for several", "1"),
        ["tools"] = new("this model calls no tools", "[]"),
        ["tool_choice"] = new("this model calls no tools", "\"none\"", "\"auto\""),
        ["functions"] = new("this model calls no functions", "[]"),
        ["function_call"] = new("this model calls no functions", "\"none\"", "\"auto\""),
        ["modalities"] = new("answers are text", "[\"text\"]"),
        ["audio"] = new("answers are text"),
        ["prediction"] = new("an answer is not predicted"),
        ["web_search_options"] = new("nothing is searched"),
        ["reasoning_effort"] = new("this model does not reason before it answers", "\"none\""),
        ["verbosity"] = new("this model's answers cannot be made longer or shorter; max_tokens cuts them", "\"medium\""),
        ["echo"] = new("the prompt is not repeated", "false"),
        ["logit_bias"] = new("tokens cannot be favoured", "{}"),
        ["repetition_penalty"] = new("it is called repeat_penalty here", "1"),
        ["mirostat"] = new("tokens are chosen by temperature, top_k, top_p, min_p and typical_p", "0"),
        ["json_schema"] = new("a schema belongs into response_format: {\"type\":\"json_schema\",\"json_schema\":{\"name\":\"...\",\"schema\":{...}}}"),
        ["ignore_eos"] = new("an answer ends where the model ends it", "false"),
    };

    private static readonly Dictionary<string, string> s_elsewhere = new(StringComparer.Ordinal)
    {
        ["edits"] = "it belongs into steering: {\"steering\":{\"edits\":[...]}}.",
        ["clamp"] = "it belongs into steering: {\"steering\":{\"edits\":[...],\"clamp\":false}}.",
        ["extra_body"] = "it is an argument of the Python client, whose content goes into the request itself; send steering at the top.",
        ["images"] = Picture,
        ["image"] = Picture,
        ["image_url"] = Picture,
        ["image_data"] = Picture,
        ["prompt"] = "send the dialogue as messages.",
        ["input"] = "it belongs to the Responses API, which is not served; send the dialogue as messages.",
        ["instructions"] = "it belongs to the Responses API, which is not served; send a system message.",
        ["system"] = "send a message with the role system.",
        ["n_predict"] = "did you mean max_tokens?",
        ["num_predict"] = "did you mean max_tokens?",
        ["max_new_tokens"] = "did you mean max_tokens?",
        ["max_output_tokens"] = "did you mean max_tokens?",
        ["options"] = "send what it holds at the top.",
    };

    /// <summary>Where a picture belongs.</summary>
    public const string Picture =
        "a picture is a part of a message's content: {\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,...\"}}.";

    /// <summary>The fields of the request.</summary>
    public static FieldNames Request { get; } = new(
    [
        "model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "temperature", "top_p", "top_k", "min_p", "typical_p",
        "repeat_penalty", "frequency_penalty", "presence_penalty", "seed", "stop", "n", "logprobs", "top_logprobs", "response_format", "grammar", "truncate", "steering", "grounding", "deterministic",
        .. Harmless,
    ])
    {
        Unsupported = s_unsupported,
        Elsewhere = s_elsewhere,
    };

    /// <summary>The fields of its stream_options.</summary>
    public static FieldNames StreamOptions { get; } = new("include_usage")
    {
        Unsupported = new Dictionary<string, UnsupportedField> { ["include_obfuscation"] = new("chunks are not padded", "false") },
    };
}
