using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>What texts and prompts are in tokens, named as llama-server names them.</summary>
internal static class TokenEndpoints
{
    private const int MaxBytes = 1024 * 1024;

    private static readonly FieldNames s_request = new("content", "with_pieces")
    {
        Unsupported = new Dictionary<string, UnsupportedField>
        {
            ["add_special"] = new("a text gets no tokens beside its own", "false"),
            ["parse_special"] = new("control tokens that are written in a text are text, as in a dialogue", "false"),
        },
        Elsewhere = new Dictionary<string, string> { ["text"] = "did you mean content?", ["prompt"] = "did you mean content?", ["input"] = "did you mean content?" },
    };

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("OpenAI");
        group.MapPost("/tokenize", TokenizeAsync).RequireAuthorization(ApiScope.Ask).InGroup(RateGroup.Encodings)
            .Accepts<TokenizeRequest>("application/json")
            .Produces<OpenAiErrorResponse>(StatusCodes.Status400BadRequest)
            .Produces<OpenAiErrorResponse>(StatusCodes.Status429TooManyRequests)
            .WithSummary("The tokens of a text.");
        group.MapPost("/chat/completions/input_tokens", CountAsync).RequireAuthorization(ApiScope.Ask).InGroup(RateGroup.Encodings)
            .Accepts<ChatCompletionRequest>("application/json")
            .Produces<OpenAiErrorResponse>(StatusCodes.Status400BadRequest)
            .Produces<OpenAiErrorResponse>(StatusCodes.Status422UnprocessableEntity)
            .Produces<OpenAiErrorResponse>(StatusCodes.Status429TooManyRequests)
            .WithSummary("How many tokens the prompt of a completion request takes; nothing is answered.");
    }

    private static async Task<Ok<TokenizeResponse>> TokenizeAsync(HttpRequest request, Answers answers, ModelHost host, CancellationToken cancellationToken)
    {
        var fields = (await JsonBody.ReadAsync(request, MaxBytes, cancellationToken)).Fields(s_request);
        using var place = answers.Enter();
        var tokens = host.Require().Tokenize(fields.Require("content").Text());
        return TypedResults.Ok(new TokenizeResponse(fields["with_pieces"]?.Flag() == true
            ? [.. tokens.Select(token => new TokenPiece(token.Id, PieceOf(token)))]
            : [.. tokens.Select(token => (object)token.Id)]));
    }

    private static async Task<Ok<InputTokens>> CountAsync(
        HttpRequest request, Caller caller, CompletionReader completions, RequestReader reader, SentPictures pictures, Answers answers, ModelHost host, CancellationToken cancellationToken)
    {
        var body = completions.Read(await JsonBody.ReadAsync(request, pictures.MaxBodyBytes, cancellationToken));
        var dialogue = RequestReader.Dialogue(body);
        var model = host.Require();
        RequestReader.RequireModel(model, body.Model);
        using var place = answers.Enter();
        var (question, _, _) = await reader.ReadAsync(body, dialogue, RequestPlaces.Completion, caller, cancellationToken);
        return TypedResults.Ok(new InputTokens(model.PromptLength(question)));
    }

    private static object PieceOf(TextToken token)
    {
        try
        {
            return s_strict.GetString(token.Bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            return token.Bytes.ToArray().Select(letter => (int)letter).ToArray();
        }
    }
}
