using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>The fields of a request of <c>POST /v1/responses</c>: those that are read, those that cannot be honoured, and those that ask for nothing.</summary>
internal static class ResponseFields
{
    /// <summary>The value of include that asks how likely the tokens of the answer were.</summary>
    public const string Logprobs = "message.output_text.logprobs";

    /// <summary>Where a picture belongs.</summary>
    public const string Picture = "a picture is a part of a message's content: {\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,...\"}.";

    private const string Tokens = "max_output_tokens";

    private static readonly string[] s_read =
    [
        .. AnswerFields.Names, "input", "instructions", Tokens, "text", "truncation", "include", "metadata", "reasoning", "tool_choice", "parallel_tool_calls",
    ];

    /// <summary>Fields that change nothing about an answer; no more tools than so many are called where none are.</summary>
    public static IReadOnlyList<string> Harmless { get; } = [.. CompletionFields.Harmless.Except(s_read), "max_tool_calls"];

    /// <summary>The values of include: all but the first ask for parts that no answer here has.</summary>
    public static IReadOnlyList<string> Include { get; } =
    [
        Logprobs, "message.input_image.image_url", "reasoning.encrypted_content", "file_search_call.results", "web_search_call.results", "web_search_call.action.sources",
        "code_interpreter_call.outputs", "computer_call_output.output.image_url",
    ];

    /// <summary>The fields of the request.</summary>
    public static FieldNames Request { get; } = new([.. s_read, .. Harmless])
    {
        Unsupported = new Dictionary<string, UnsupportedField>(AnswerFields.Unsupported(Tokens, "text: {\"format\":{\"type\":\"json_schema\",\"name\":\"...\",\"schema\":{...}}}"))
        {
            ["previous_response_id"] = new("answers are not kept; send the whole dialogue as input"),
            ["conversation"] = new("dialogues are not kept; send the whole one as input"),
            ["prompt"] = new("no prompts are kept; send the text itself as instructions and input"),
            ["background"] = new("an answer is given to the request that asks for it", "false"),
            ["context_management"] = new("a dialogue is not summarised; truncation leaves out its oldest messages", "[]"),
            ["stream_options"] = new("events are not padded, and the last one has the usage anyway", "{}", "{\"include_obfuscation\":false}"),
            ["n"] = new("a response is one answer; /v1/chat/completions makes several", "1"),
            ["frequency_penalty"] = new("/v1/chat/completions takes it; here repeat_penalty keeps an answer from repeating itself", "0"),
            ["presence_penalty"] = new("/v1/chat/completions takes it; here repeat_penalty keeps an answer from repeating itself", "0"),
        },
        Elsewhere = new Dictionary<string, string>(AnswerFields.Elsewhere(Tokens, Picture))
        {
            ["messages"] = "it belongs to /v1/chat/completions; here send the dialogue as input.",
            ["system"] = "send it as instructions.",
            ["max_tokens"] = $"did you mean {Tokens}?",
            ["max_completion_tokens"] = $"did you mean {Tokens}?",
            ["response_format"] = "it belongs to /v1/chat/completions; here the form of an answer is given as text: {\"format\":{...}}.",
            ["format"] = "it belongs into text: {\"text\":{\"format\":{...}}}.",
            ["grammar"] = "it belongs to /v1/chat/completions; here give a schema in text.format.",
            ["logprobs"] = $"it belongs to /v1/chat/completions; here give include: [\"{Logprobs}\"].",
            ["truncate"] = "it belongs to /v1/chat/completions; here give truncation: \"auto\".",
        },
    };

    /// <summary>The fields of its text.</summary>
    public static FieldNames Text { get; } = new("format")
    {
        Unsupported = new Dictionary<string, UnsupportedField> { ["verbosity"] = AnswerFields.Verbosity(Tokens) },
    };

    /// <summary>The fields of its reasoning.</summary>
    public static FieldNames Reasoning { get; } = new()
    {
        Unsupported = new Dictionary<string, UnsupportedField>
        {
            ["effort"] = new("this model does not reason before it answers", "\"none\""),
            ["summary"] = new("this model does not reason before it answers"),
            ["generate_summary"] = new("this model does not reason before it answers"),
        },
    };
}
