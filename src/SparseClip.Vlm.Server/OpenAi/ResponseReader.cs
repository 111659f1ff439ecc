using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Reads the body of a request of the Responses API as a completion request. What cannot be honoured is refused, not ignored.</summary>
internal sealed class ResponseReader(SamplingReader sampling, IOptions<ServerOptions> options)
{
    /// <summary>The request, each value in its range.</summary>
    /// <exception cref="RefusedException">400: a field is unknown, missing, of the wrong kind, out of its range, or asks for what is not done here.</exception>
    public AskedResponse Read(RequestValue body)
    {
        var fields = body.Fields(ResponseFields.Request);
        _ = fields["reasoning"]?.Fields(ResponseFields.Reasoning);
        var instructions = fields["instructions"]?.Text();
        var input = InputReader.Read(fields.Require("input"));
        var request = AnswerFields.Read(fields, new ChatCompletionRequest
        {
            Messages = instructions is null ? input : [MessageContent.Text("system", instructions), .. input],
            MaxTokens = sampling.Tokens(fields["max_output_tokens"]),
            Logprobs = fields["include"] is { } include && Include(include).Contains(ResponseFields.Logprobs),
            ResponseFormat = fields["text"]?.Fields(ResponseFields.Text)["format"] is { } format ? ResponseFormatReader.ReadText(format) : null,
            Truncate = fields["truncation"] is { } truncation ? Truncation.OfMode(truncation) : null,
        });
        var places = RequestPlaces.Response with { Before = request.Messages.Count - input.Count };
        AnswerFields.Check(request, options.Value.MaxTextCharacters, places);
        return new AskedResponse(
            request, places, instructions, MetadataReader.Read(fields["metadata"]), fields["tool_choice"]?.Text() ?? "auto", fields["parallel_tool_calls"]?.Flag() ?? true);
    }

    private static List<string> Include(RequestValue value) =>
    [
        .. value.Items("a list of names").Select(item => item.Text() is var name && ResponseFields.Include.Contains(name)
            ? name
            : throw item.Refused(ErrorCodes.InvalidValue, $"{item.Path} is '{name}'; give {ResponseFields.Logprobs}, or leave it out.")),
    ];
}
