using Microsoft.Net.Http.Headers;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Operations;

/// <summary>
/// Says in words, in the shape of the route, what the framework says with a bare status: no such route, no such method, another content type.
/// </summary>
internal static class StatusAnswers
{
    public static void UseStatusAnswers(this IApplicationBuilder app) => app.UseStatusCodePages(bare =>
        RefusalHandler.WriteAsync(bare.HttpContext, ToRefusal(bare.HttpContext), bare.HttpContext.RequestAborted));

    private static Refusal ToRefusal(HttpContext context)
    {
        var (request, status) = (context.Request, context.Response.StatusCode);
        return status switch
        {
            404 => new(status, ErrorCodes.UnknownUrl, $"There is nothing at {request.Path}; /openapi/v1.json lists what there is."),
            405 => new(
                status,
                ErrorCodes.MethodNotAllowed,
                $"{request.Path} is not there for {request.Method}; use {context.Response.Headers[HeaderNames.Allow]}."),
            415 => new(status, ErrorCodes.UnsupportedMediaType, $"The body is sent as '{request.ContentType}'; send it as application/json."),
            _ => new(status, ErrorCodes.BadRequest, $"The request ended with the status {status}."),
        };
    }
}
