using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;
using SparseClip.Vlm.Server.Telemetry;

namespace SparseClip.Vlm.Server.Operations;

/// <summary>Turns exceptions into answers: the OpenAI error shape under /v1, ProblemDetails elsewhere.</summary>
internal sealed class RefusalHandler(ILogger<RefusalHandler> log) : IExceptionHandler
{
    /// <inheritdoc />
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to read the answer.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var refusal = Refusal.From(exception);
        if (refusal.Status == 500)
        {
            var route = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint as RouteEndpoint;
            log.LogError(exception, "{Method} {Route} failed (request {RequestId})", context.Request.Method, route?.RoutePattern.RawText ?? "(no route)", context.TraceIdentifier);
        }

        await WriteAsync(context, refusal, cancellationToken);
        return true;
    }

    /// <summary>Answers with a refusal, whatever the client says that it accepts: an error in another form is better than none.</summary>
    public static Task WriteAsync(HttpContext context, Refusal refusal, CancellationToken cancellationToken)
    {
        context.RequestServices.GetRequiredService<ServerMetrics>().Refusals.Add(1, new KeyValuePair<string, object?>("code", refusal.Code));
        context.Response.StatusCode = refusal.Status;
        if (refusal.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        if (Api.IsOpenAi(context.Request.Path))
        {
            return context.Response.WriteAsJsonAsync(ToOpenAi(refusal), cancellationToken);
        }

        var problem = new ProblemDetails
        {
            Status = refusal.Status,
            Title = refusal.Code,
            Detail = refusal.Message,
            Extensions = { ["code"] = refusal.Code, ["param"] = refusal.Param, ["requestId"] = context.TraceIdentifier },
        };
        if (refusal.Position is { } position)
        {
            problem.Extensions["position"] = position;
        }

        return context.Response.WriteAsJsonAsync(problem, options: null, "application/problem+json", cancellationToken);
    }

    /// <summary>The error as OpenAI's clients read it.</summary>
    public static OpenAiErrorResponse ToOpenAi(Refusal refusal) => new(new OpenAiError(
        refusal.Message,
        refusal.Status switch { 429 => "rate_limit_error", >= 500 => "server_error", _ => "invalid_request_error" },
        refusal.Param,
        refusal.Code,
        refusal.Position));
}
