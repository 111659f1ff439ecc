using System.Security.Claims;

namespace SparseClip.Vlm.Server.Access;

/// <summary>Who asks, for what belongs to somebody.</summary>
/// <param name="Name">The name of the key; null where no keys are needed and everything is everybody's.</param>
public readonly record struct Caller(string? Name)
{
    /// <summary>The claim that holds the key's id.</summary>
    internal const string KeyId = "key";

    /// <summary>The claims that hold what the key may do.</summary>
    internal const string Scope = "scope";

    /// <summary>Whoever sent a request or opened a connection.</summary>
    public static Caller Of(ClaimsPrincipal? user) => new(user?.FindFirst(ClaimTypes.Name)?.Value);

    /// <summary>For handlers of routes, which take it as a parameter.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult(Of(context.User));
    }
}
