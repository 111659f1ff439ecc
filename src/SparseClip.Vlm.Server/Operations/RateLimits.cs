using System.Net;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Operations;

/// <summary>
/// How many requests of a group one user may send in a minute: the name of the key, or the address where no keys are needed. Whoever asks from this machine without a key is not counted.
/// A bucket holds what may be sent at once and fills up evenly. Thread-safe.
/// </summary>
public sealed class RateLimits : IDisposable
{
    private readonly IOptions<ServerOptions> _options;
    private readonly PartitionedRateLimiter<RateKey> _buckets;

    /// <param name="options">The settings.</param>
    public RateLimits(IOptions<ServerOptions> options)
    {
        _options = options;
        _buckets = PartitionedRateLimiter.Create<RateKey, RateKey>(key => key.Who is not null && options.Value.PerMinute(key.Group) is > 0 and var most
            ? RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = most,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = TimeSpan.FromMinutes(1) / most,
                QueueLimit = 0,
            })
            : RateLimitPartition.GetNoLimiter(key));
    }

    /// <summary>The limiter of requests.</summary>
    internal PartitionedRateLimiter<HttpContext> OfRequests() => _buckets.WithTranslatedKey<HttpContext>(KeyOf, leaveOpen: true);

    /// <summary>Counts a question on the hub.</summary>
    /// <param name="context">The request that opened the connection.</param>
    /// <exception cref="RefusedException">429: it is one too many.</exception>
    public void RequireAnswer(HttpContext? context)
    {
        using var lease = _buckets.AttemptAcquire(new RateKey(RateGroup.Answers, context is null ? null : Who(context)));
        if (!lease.IsAcquired)
        {
            throw new RefusedException(Refuse(RateGroup.Answers, lease));
        }
    }

    /// <summary>The refusal of a request that is one too many.</summary>
    internal Refusal Refuse(HttpContext context, RateLimitLease lease) => Refuse(KeyOf(context).Group, lease);

    /// <inheritdoc />
    public void Dispose() => _buckets.Dispose();

    private Refusal Refuse(RateGroup group, RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var told) && told > TimeSpan.FromSeconds(1) ? told : TimeSpan.FromSeconds(1);
        return new Refusal(
            429, ErrorCodes.RateLimited, $"That is more than {_options.Value.PerMinute(group)} {group.ToString().ToLowerInvariant()} a minute; go on in {Math.Ceiling(wait.TotalSeconds)} s.", RetryAfter: wait);
    }

    private static RateKey KeyOf(HttpContext context) => context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
        ? new RateKey(endpoint.Metadata.GetMetadata<CountedAs>()?.Group ?? RateGroup.Reads, Who(context))
        : new RateKey(RateGroup.Reads, null);

    private static string? Who(HttpContext context) => context.User.FindFirst(ClaimTypes.Name)?.Value
        ?? (context.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address) ? address.ToString() : null);

    private readonly record struct RateKey(RateGroup Group, string? Who);
}
