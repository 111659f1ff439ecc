using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;
using SparseClip.Vlm.Server.Steering;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>The fields of a request for an answer that both of OpenAI's shapes have: those that are read, those that cannot be honoured, and those of elsewhere.</summary>
internal static class AnswerFields
{
    /// <summary>Those that are read.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "model", "stream", "temperature", "top_p", "top_k", "min_p", "typical_p", "repeat_penalty", "seed", "stop", "top_logprobs", "steering", "grounding", "deterministic",
    ];

    /// <summary>What cannot be told of a message, on either route.</summary>
    public static UnsupportedField Annotations { get; } = new("answers have no annotations", "[]");

    /// <summary>Fields that cannot be honoured.</summary>
    /// <param name="tokens">What the most tokens of an answer are called.</param>
    /// <param name="format">How a schema is given.</param>
    public static Dictionary<string, UnsupportedField> Unsupported(string tokens, string format) => new(StringComparer.Ordinal)
    {
        ["tools"] = new("this model calls no tools", "[]"),
        ["tool_choice"] = new("this model calls no tools", "\"none\"", "\"auto\""),
        ["functions"] = new("this model calls no functions", "[]"),
        ["function_call"] = new("this model calls no functions", "\"none\"", "\"auto\""),
        ["modalities"] = new("answers are text", "[\"text\"]"),
        ["audio"] = new("answers are text"),
        ["prediction"] = new("an answer is not predicted"),
        ["web_search_options"] = new("nothing is searched"),
        ["reasoning_effort"] = new("this model does not reason before it answers", "\"none\""),
        ["verbosity"] = Verbosity(tokens),
        ["echo"] = new("the prompt is not repeated", "false"),
        ["logit_bias"] = new("tokens cannot be favoured", "{}"),
        ["repetition_penalty"] = new("it is called repeat_penalty here", "1"),
        ["mirostat"] = new("tokens are chosen by temperature, top_k, top_p, min_p and typical_p", "0"),
        ["json_schema"] = new($"a schema belongs into {format}"),
        ["ignore_eos"] = new("an answer ends where the model ends it", "false"),
    };

    /// <summary>How long-winded an answer is to be.</summary>
    public static UnsupportedField Verbosity(string tokens) => new($"this model's answers cannot be made longer or shorter; {tokens} cuts them", "\"medium\"");

    /// <summary>Fields that are known from elsewhere.</summary>
    /// <param name="tokens">What the most tokens of an answer are called.</param>
    /// <param name="picture">Where a picture belongs.</param>
    public static Dictionary<string, string> Elsewhere(string tokens, string picture) => new(StringComparer.Ordinal)
    {
        ["edits"] = "it belongs into steering: {\"steering\":{\"edits\":[...]}}.",
        ["clamp"] = "it belongs into steering: {\"steering\":{\"edits\":[...],\"clamp\":false}}.",
        ["extra_body"] = "it is an argument of the Python client, whose content goes into the request itself; send steering at the top.",
        ["images"] = picture,
        ["image"] = picture,
        ["image_url"] = picture,
        ["image_data"] = picture,
        ["n_predict"] = $"did you mean {tokens}?",
        ["num_predict"] = $"did you mean {tokens}?",
        ["max_new_tokens"] = $"did you mean {tokens}?",
        ["options"] = "send what it holds at the top.",
    };

    /// <summary>The request with what these fields say.</summary>
    /// <exception cref="RefusedException">400: a value is of the wrong kind or out of its range.</exception>
    public static ChatCompletionRequest Read(RequestFields fields, ChatCompletionRequest request) => request with
    {
        Model = fields["model"]?.Text(),
        Stream = fields["stream"]?.Flag(),
        Temperature = SamplingReader.Temperature(fields["temperature"]),
        TopP = SamplingReader.Share(fields["top_p"]),
        TopK = SamplingReader.TopK(fields["top_k"]),
        MinP = SamplingReader.MinP(fields["min_p"]),
        TypicalP = SamplingReader.Share(fields["typical_p"]),
        RepeatPenalty = SamplingReader.RepeatPenalty(fields["repeat_penalty"]),
        Seed = SamplingReader.Seed(fields["seed"]),
        Stop = SamplingReader.Stop(fields["stop"]),
        TopLogprobs = SamplingReader.Likeliest(fields["top_logprobs"]),
        Steering = fields["steering"] is { } steering ? SteeringReader.Read(steering) : null,
        Grounding = fields["grounding"] is { } grounding ? GroundingReader.Name(grounding) : null,
        Deterministic = fields["deterministic"]?.Flag(),
    };

    /// <summary>Refuses values that are right one by one and wrong together.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mostCharacters">The most characters of its texts.</param>
    /// <param name="places">Where its parts stand.</param>
    /// <exception cref="RefusedException">413: the texts are too long. 400: likely tokens are asked for without the chosen ones.</exception>
    public static void Check(ChatCompletionRequest request, int mostCharacters, RequestPlaces places)
    {
        TextLength.Check(request.Messages.SelectMany(message => message.Content, (_, part) => part.Text), mostCharacters, places.Messages);
        if (request is { TopLogprobs: > 0, Logprobs: not true })
        {
            throw new RefusedException(400, ErrorCodes.InvalidValue, $"top_logprobs is given, but {places.NoLogprobs}; set it, or leave top_logprobs out.", "top_logprobs");
        }
    }
}
