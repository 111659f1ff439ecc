using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>The routes that OpenAI's clients know, with <c>steering</c> as one field more.</summary>
internal static class OpenAiEndpoints
{
    private static readonly ModelArchitecture s_architecture = new(["text", "image"], ["text"]);

    public static void MapOpenAi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("OpenAI");
        group.MapRead("/models", Models).RequireAuthorization(ApiScope.Read).WithSummary("The model that is served.");
        group.MapRead("/models/{id}", Model).RequireAuthorization(ApiScope.Read)
            .Produces<OpenAiErrorResponse>(StatusCodes.Status404NotFound)
            .WithSummary("A model by its id.");
        group.MapRead("/capabilities", Describe).RequireAuthorization(ApiScope.Read).WithSummary("What the model and this server can do.");
        group.MapPost("/chat/completions", CompleteAsync).RequireAuthorization(ApiScope.Ask).InGroup(RateGroup.Answers)
            .Accepts<ChatCompletionRequest>("application/json")
            .Produces<ChatCompletion>()
            .Produces<OpenAiErrorResponse>(StatusCodes.Status400BadRequest)
            .Produces<OpenAiErrorResponse>(StatusCodes.Status422UnprocessableEntity)
            .Produces<OpenAiErrorResponse>(StatusCodes.Status429TooManyRequests)
            .WithSummary("Answer a dialogue, with or without a picture, steered or not; streamed as server-sent events when asked.");
    }

    private static Ok<ModelList> Models(ModelHost host) => TypedResults.Ok(new ModelList("list", host.Current is { } model ? [ToEntry(model)] : []));

    private static Ok<ModelEntry> Model(string id, ModelHost host)
    {
        var model = host.Require();
        RequestReader.RequireModel(model, id);
        return TypedResults.Ok(ToEntry(model));
    }

    private static Ok<Capabilities> Describe(ModelHost host, IOptions<ServerOptions> options)
    {
        var model = host.Require();
        return TypedResults.Ok(new Capabilities(
            model.Name,
            s_architecture.InputModalities,
            s_architecture.OutputModalities,
            model.ContextLength,
            model.PictureTokens,
            options.Value.MaxAnswerTokens,
            Math.Min(SamplingReader.MostChoices, options.Value.MaxAnswers),
            SamplingOptions.MostLikeliest,
            ResponseFormatReader.Types,
            Grammar: true,
            Tools: false,
            Streaming: true,
            model.Features.All.Count,
            model.TextTokens,
            model.Concepts?.All.Count ?? 0,
            model.HasConcepts ? [.. Enum.GetValues<Grounding>().Select(grounding => grounding.Name())] : [Grounding.Off.Name()],
            [.. Enum.GetValues<SteeringOperation>().Select(operation => operation.Name())],
            SteeringRules.MostEdits,
            options.Value.MaxImageBytes,
            options.Value.RemoteImages));
    }

    private static ModelEntry ToEntry(IVisionLanguageModel model) => new(model.Name, "model", 0, "sparseclip", s_architecture);

    private static async Task CompleteAsync(
        HttpContext context, CompletionReader completions, SentPictures pictures, AnswerMaker maker, CompletionWriter writer)
    {
        var stop = context.RequestAborted;
        var body = completions.Read(await JsonBody.ReadAsync(context.Request, pictures.MaxBodyBytes, stop));
        await maker.MakeAsync(context, body, RequestPlaces.Completion, async (answer, steps) =>
        {
            if (body.Stream == true)
            {
                await writer.StreamAsync(context.Response, answer, steps, body.StreamOptions?.IncludeUsage == true, stop);
            }
            else
            {
                await context.Response.WriteAsJsonAsync(await writer.CollectAsync(answer, steps, stop), stop);
            }
        });
    }
}
