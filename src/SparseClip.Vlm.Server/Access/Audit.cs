using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace SparseClip.Vlm.Server.Access;

/// <summary>
/// Notes which key used which route and what came of it, where keys are needed: never the key itself, nor what was asked, answered or sent. The route is its pattern (<c>/api/images/{id}</c>), because addresses hold names and ids.
/// </summary>
public sealed partial class Audit
{
    /// <summary>The category of the log.</summary>
    public const string Category = "SparseClip.Vlm.Audit";

    private const string Nobody = "-";

    private readonly KeyPolicy _policy;
    private readonly ILogger _log;

    internal Audit(KeyPolicy policy, ILoggerFactory logs) => (_policy, _log) = (policy, logs.CreateLogger(Category));

    /// <summary>Notes a question on a connection that lives on.</summary>
    /// <param name="user">Who opened the connection.</param>
    /// <param name="route">The hub and its method.</param>
    /// <param name="status">The status that an HTTP request would have had.</param>
    /// <param name="from">Where it came from.</param>
    /// <param name="request">The id of the request.</param>
    public void Note(ClaimsPrincipal? user, string route, int status, string? from, string request)
    {
        if (_policy.AreRequired)
        {
            Write(user, "HUB", route, status, from, request);
        }
    }

    /// <summary>Notes a request when it has ended.</summary>
    internal async Task FollowAsync(HttpContext context, RequestDelegate next)
    {
        // Taken before: whoever answers with an error forgets which route it was.
        var route = context.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null ? endpoint.RoutePattern.RawText : null;
        try
        {
            await next(context);
        }
        finally
        {
            if (route is not null && _policy.AreRequired)
            {
                Write(context.User, context.Request.Method, route, context.Response.StatusCode, context.Connection.RemoteIpAddress?.ToString(), context.TraceIdentifier);
            }
        }
    }

    private void Write(ClaimsPrincipal? user, string method, string route, int status, string? from, string request) =>
        Used(_log, user?.FindFirst(Caller.KeyId)?.Value ?? Nobody, Caller.Of(user).Name ?? Nobody, method, route, status, from ?? Nobody, request);

    [LoggerMessage(Level = LogLevel.Information, Message = "Key {KeyId} of {KeyName}: {Method} {Route} {Status} from {From}, request {RequestId}")]
    private static partial void Used(ILogger log, string keyId, string keyName, string method, string route, int status, string from, string requestId);
}
