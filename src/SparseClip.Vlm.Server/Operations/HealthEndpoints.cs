using Microsoft.AspNetCore.Http.HttpResults;
using SparseClip.Vlm.Contracts.Operations;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Operations;

/// <summary>Is the process alive, and can it answer.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapRead("/health/live", () => TypedResults.Ok(new HealthResponse("live", null, null))).AllowAnonymous()
            .WithTags("Operations").WithSummary("Whether the process is alive.");
        routes.MapRead("/health/ready", Ready).AllowAnonymous()
            .WithTags("Operations").WithSummary("Whether the model can answer; 503 with the reason when it cannot.");
    }

    private static Results<Ok<HealthResponse>, JsonHttpResult<HealthResponse>> Ready(ModelHost host, Drain drain)
    {
        if (drain.IsDraining)
        {
            return TypedResults.Json(new HealthResponse("draining", "The server is being stopped.", host.Current?.Name), statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        if (host.Current is { } model)
        {
            return TypedResults.Ok(new HealthResponse("ready", null, model.Name));
        }

        var state = host.Failure is { } failure
            ? new HealthResponse("failed", failure, null)
            : new HealthResponse("loading", host.Doing is { } doing ? $"The model is being loaded: {doing}." : "The model is being loaded.", null);
        return TypedResults.Json(state, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
