using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Operations;

/// <summary>How many uploads are worked on at once, how many requests one user may send, and how slow a body may come.</summary>
internal static class Limits
{
    /// <summary>The policy of uploads.</summary>
    public const string Uploads = "uploads";

    /// <summary>How long a body may be slower than it should, as it is when it begins.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddSingleton<RateLimits>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<ServerOptions>, RateLimits>((limits, server, rates) =>
        {
            limits.GlobalLimiter = rates.OfRequests();
            limits.AddConcurrencyLimiter(Uploads, upload =>
            {
                upload.PermitLimit = server.Value.MaxUploads;
                upload.QueueLimit = 0;
            });
            limits.OnRejected = async (rejected, cancellationToken) => await RefusalHandler.WriteAsync(
                rejected.HttpContext,
                // Only buckets tell when there is room again.
                rejected.Lease.MetadataNames.Contains(MetadataName.RetryAfter.Name)
                    ? rates.Refuse(rejected.HttpContext, rejected.Lease)
                    : new Refusal(429, "too_many_uploads", "Too many pictures are being looked at; try again in 1 s.", RetryAfter: TimeSpan.FromSeconds(1)),
                cancellationToken);
        });
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<ServerOptions>>((kestrel, server) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = server.Value.MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = server.Value.MaxConnections;
            kestrel.Limits.MinRequestBodyDataRate = server.Value.MinBodyBytesPerSecond > 0 ? new MinDataRate(server.Value.MinBodyBytesPerSecond, s_grace) : null;
        });
        return services;
    }
}
