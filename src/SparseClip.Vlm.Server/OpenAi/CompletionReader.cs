using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Reads the body of a completion request. What cannot be honoured is refused, not ignored.</summary>
internal sealed class CompletionReader(SamplingReader sampling, IOptions<ServerOptions> options)
{
    /// <summary>The request, each value in its range.</summary>
    /// <exception cref="RefusedException">400: a field is unknown, missing, of the wrong kind, out of its range, or asks for what is not done here.</exception>
    public ChatCompletionRequest Read(RequestValue body)
    {
        var fields = body.Fields(CompletionFields.Request);
        var request = AnswerFields.Read(fields, new ChatCompletionRequest
        {
            Messages = fields["messages"]?.Items().Select(MessageReader.Read).ToList() ?? [],
            StreamOptions = fields["stream_options"]?.Fields(CompletionFields.StreamOptions) is { } stream ? new(stream["include_usage"]?.Flag()) : null,
            MaxTokens = sampling.Tokens(fields["max_tokens"]),
            MaxCompletionTokens = sampling.Tokens(fields["max_completion_tokens"]),
            FrequencyPenalty = SamplingReader.Penalty(fields["frequency_penalty"]),
            PresencePenalty = SamplingReader.Penalty(fields["presence_penalty"]),
            N = sampling.Choices(fields["n"]),
            Logprobs = fields["logprobs"]?.Flag(),
            ResponseFormat = fields["response_format"] is { } format ? ResponseFormatReader.Read(format) : null,
            Grammar = fields["grammar"]?.Text(),
            Truncate = fields["truncate"] is { } truncate ? Truncation.Name(truncate) : null,
        });
        AnswerFields.Check(request, options.Value.MaxTextCharacters, RequestPlaces.Completion);
        return request is { MaxTokens: { } old, MaxCompletionTokens: { } now } && old != now
            ? throw new RefusedException(
                400, ErrorCodes.InvalidValue, $"max_tokens is {old} and max_completion_tokens {now}; they mean the same, give one.", "max_tokens")
            : request;
    }
}
