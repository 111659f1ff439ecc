using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>OpenAI's Responses API, without what it keeps between requests.</summary>
internal static class ResponseEndpoints
{
    public static void MapResponses(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/v1").WithTags("OpenAI").MapPost("/responses", RespondAsync).RequireAuthorization(ApiScope.Ask).InGroup(RateGroup.Answers)
            .Accepts<ResponseRequest>("application/json")
            .Produces<ModelResponse>()
            .Produces<OpenAiErrorResponse>(StatusCodes.Status400BadRequest)
            .Produces<OpenAiErrorResponse>(StatusCodes.Status422UnprocessableEntity)
            .Produces<OpenAiErrorResponse>(StatusCodes.Status429TooManyRequests)
            .WithSummary("Answer a question or a dialogue in the shape of OpenAI's Responses API; nothing is kept. Streamed as server-sent events when asked.");

    private static async Task RespondAsync(HttpContext context, ResponseReader responses, SentPictures pictures, AnswerMaker maker, ResponseWriter writer)
    {
        var stop = context.RequestAborted;
        var asked = responses.Read(await JsonBody.ReadAsync(context.Request, pictures.MaxBodyBytes, stop));
        await maker.MakeAsync(context, asked.Body, asked.Places, async (answer, steps) =>
        {
            if (asked.Body.Stream == true)
            {
                await writer.StreamAsync(context.Response, asked, answer, steps, stop);
            }
            else
            {
                await context.Response.WriteAsJsonAsync(await writer.CollectAsync(asked, answer, steps, stop), stop);
            }
        });
    }
}
