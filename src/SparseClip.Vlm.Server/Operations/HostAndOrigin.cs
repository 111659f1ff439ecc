using System.Net;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Operations;

/// <summary>
/// Who may speak to the server through somebody's browser. A page of another origin may not, unless it is allowed by name; that holds for WebSockets
/// too, which browsers open to anyone. A page whose own name was made to point at this machine (DNS rebinding) looks like one of the same origin:
/// over the loopback the Host has to be one of this machine.
/// </summary>
internal static class HostAndOrigin
{
    public static IServiceCollection AddOrigins(this IServiceCollection services)
    {
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<ServerOptions>>((cors, server) => cors.AddDefaultPolicy(policy =>
        {
            var origins = Listed(server.Value.AllowedOrigins);
            policy.WithOrigins(origins).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders(HeaderNames.RetryAfter);
            if (!origins.Contains("*"))
            {
                // SignalR's JavaScript client asks for this; the server has no cookies.
                policy.AllowCredentials();
            }
        }));
        return services;
    }

    public static void UseHostAndOrigin(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<ServerOptions>>();
        app.Use((context, next) =>
        {
            CheckHost(context, Listed(options.Value.AllowedHosts));
            CheckOrigin(context.Request, Listed(options.Value.AllowedOrigins));
            return next(context);
        });
        app.UseCors();
    }

    /// <summary>The entries of a setting that lists them with commas.</summary>
    internal static string[] Listed(string setting) => setting.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static void CheckHost(HttpContext context, string[] allowed)
    {
        var host = context.Request.Host.Host;
        var isChecked = allowed.Length > 0 || (context.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local));
        // A client without a Host (HTTP/1.0) is no browser, and an address is no name that could be made to point elsewhere.
        if (!isChecked || host.Length == 0 || IsOfThisMachine(host) || IPAddress.TryParse(host, out _) || allowed.Any(pattern => Fits(pattern, host)))
        {
            return;
        }

        throw new RefusedException(
            403,
            ErrorCodes.HostNotAllowed,
            $"The Host '{host}' is not one that this server answers to; ask for localhost, or name the host in the setting Server:AllowedHosts.");
    }

    private static bool IsOfThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private static bool Fits(string pattern, string host) => pattern == "*" || pattern.Equals(host, StringComparison.OrdinalIgnoreCase)
        || (pattern.StartsWith("*.", StringComparison.Ordinal) && host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase));

    private static void CheckOrigin(HttpRequest request, string[] allowed)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0
            || IsSame(origin, request.Host)
            || allowed.Any(entry => entry == "*" || entry.Equals(origin, StringComparison.OrdinalIgnoreCase)))
        {
            return;
        }

        throw new RefusedException(
            403,
            ErrorCodes.OriginNotAllowed,
            $"Pages of the origin '{origin}' may not use this server; name the origin in the setting Server:AllowedOrigins to let them.");
    }

    /// <summary>The scheme is left out: behind a proxy that speaks https the server itself sees http.</summary>
    private static bool IsSame(string origin, HostString host) =>
        origin.IndexOf("://", StringComparison.Ordinal) is var colon and >= 0
        && origin.AsSpan(colon + 3).Equals(host.Value, StringComparison.OrdinalIgnoreCase);
}
