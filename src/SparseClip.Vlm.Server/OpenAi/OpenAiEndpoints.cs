using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>The routes that OpenAI's clients know, with <c>steering</c> as one field more.</summary>
internal static class OpenAiEndpoints
{
    public static void MapOpenAi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("OpenAI");
        group.MapGet("/models", Models).WithSummary("The model that is served.");
        group.MapPost("/chat/completions", CompleteAsync)
            .Accepts<ChatCompletionRequest>("application/json")
            .Produces<ChatCompletion>()
            .Produces<OpenAiErrorResponse>(StatusCodes.Status400BadRequest)
            .Produces<OpenAiErrorResponse>(StatusCodes.Status422UnprocessableEntity)
            .Produces<OpenAiErrorResponse>(StatusCodes.Status429TooManyRequests)
            .WithSummary("Answer a dialogue, with or without a picture, steered or not; streamed as server-sent events when asked.");
    }

    private static Ok<ModelList> Models(ModelHost host) =>
        TypedResults.Ok(new ModelList("list", host.Current is { } model ? [new ModelEntry(model.Name, "model", 0, "sparseclip")] : []));

    private static async Task CompleteAsync(
        HttpContext context, RequestReader reader, Answers answers, CompletionWriter writer, ModelHost host, IOptions<ServerOptions> options)
    {
        // A data: URI makes the body a third longer than the picture's file.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = options.Value.MaxImageBytes * 4L / 3 + 1024 * 1024;
        }

        var stop = context.RequestAborted;
        var body = await ReadBodyAsync(context.Request, stop);
        var model = host.Require().Name;
        var (question, picture) = await reader.ReadAsync(body, stop);
        var steps = answers.AskAsync(question, stop);
        if (body.Stream)
        {
            await writer.StreamAsync(context, model, steps, picture, body.StreamOptions?.IncludeUsage ?? false, stop);
        }
        else
        {
            await context.Response.WriteAsJsonAsync(await writer.CollectAsync(model, steps, picture, stop), stop);
        }
    }

    private static async Task<ChatCompletionRequest> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
        {
            throw new RefusedException(415, "unsupported_media_type", "Send the request as application/json.");
        }

        try
        {
            return await request.ReadFromJsonAsync<ChatCompletionRequest>(cancellationToken)
                ?? throw new RefusedException(400, "bad_request", "The body is null; send an object with messages.");
        }
        catch (System.Text.Json.JsonException error)
        {
            throw new RefusedException(400, "invalid_json", $"The body is not the JSON expected: {error.Message}");
        }
    }
}
