using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;
using SparseClip.Vlm.Server.Steering;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Reads the body of a completion request. What cannot be honoured is refused, not ignored.</summary>
internal sealed class CompletionReader(SamplingReader sampling, IOptions<ServerOptions> options)
{
    /// <summary>The request, each value in its range.</summary>
    /// <exception cref="RefusedException">400: a field is unknown, missing, of the wrong kind, out of its range, or asks for what is not done here.</exception>
    public ChatCompletionRequest Read(RequestValue body)
    {
        var fields = body.Fields(CompletionFields.Request);
        var request = new ChatCompletionRequest
        {
            Model = fields["model"]?.Text(),
            Messages = fields["messages"]?.Items().Select(MessageReader.Read).ToList() ?? [],
            Stream = fields["stream"]?.Flag(),
            StreamOptions = fields["stream_options"]?.Fields(CompletionFields.StreamOptions) is { } stream ? new(stream["include_usage"]?.Flag()) : null,
            MaxTokens = sampling.Tokens(fields["max_tokens"]),
            MaxCompletionTokens = sampling.Tokens(fields["max_completion_tokens"]),
            Temperature = SamplingReader.Temperature(fields["temperature"]),
            TopP = SamplingReader.Share(fields["top_p"]),
            TopK = SamplingReader.TopK(fields["top_k"]),
            MinP = SamplingReader.MinP(fields["min_p"]),
            TypicalP = SamplingReader.Share(fields["typical_p"]),
            RepeatPenalty = SamplingReader.RepeatPenalty(fields["repeat_penalty"]),
            FrequencyPenalty = SamplingReader.Penalty(fields["frequency_penalty"]),
            PresencePenalty = SamplingReader.Penalty(fields["presence_penalty"]),
            Seed = SamplingReader.Seed(fields["seed"]),
            Stop = SamplingReader.Stop(fields["stop"]),
            N = sampling.Choices(fields["n"]),
            Logprobs = fields["logprobs"]?.Flag(),
            TopLogprobs = SamplingReader.Likeliest(fields["top_logprobs"]),
            ResponseFormat = fields["response_format"] is { } format ? ResponseFormatReader.Read(format) : null,
            Grammar = fields["grammar"]?.Text(),
            Truncate = fields["truncate"] is { } truncate ? Truncation.Name(truncate) : null,
            Steering = fields["steering"] is { } steering ? SteeringReader.Read(steering) : null,
            Grounding = fields["grounding"] is { } grounding ? GroundingReader.Name(grounding) : null,
            Deterministic = fields["deterministic"]?.Flag(),
        };
        TextLength.Check(request.Messages.SelectMany(message => message.Content, (_, part) => part.Text), options.Value.MaxTextCharacters, "messages");
        if (request is { TopLogprobs: > 0, Logprobs: not true })
        {
            throw new RefusedException(400, ErrorCodes.InvalidValue, "top_logprobs is given, but logprobs is not true; set it, or leave top_logprobs out.", "top_logprobs");
        }

        return request is { MaxTokens: { } old, MaxCompletionTokens: { } now } && old != now
            ? throw new RefusedException(
                400, ErrorCodes.InvalidValue, $"max_tokens is {old} and max_completion_tokens {now}; they mean the same, give one.", "max_tokens")
            : request;
    }
}
