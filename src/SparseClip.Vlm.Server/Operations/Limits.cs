using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Operations;

/// <summary>How many uploads are worked on at once.</summary>
internal static class Limits
{
    /// <summary>The policy of uploads.</summary>
    public const string Uploads = "uploads";

    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<ServerOptions>>((limits, server) =>
        {
            limits.AddConcurrencyLimiter(Uploads, upload =>
            {
                upload.PermitLimit = server.Value.MaxUploads;
                upload.QueueLimit = 0;
            });
            limits.OnRejected = async (rejected, cancellationToken) => await RefusalHandler.WriteAsync(
                rejected.HttpContext,
                new Refusal(429, "too_many_uploads", "Too many pictures are being looked at; try again in 1 s.", RetryAfter: TimeSpan.FromSeconds(1)),
                cancellationToken);
        });
        return services;
    }
}
