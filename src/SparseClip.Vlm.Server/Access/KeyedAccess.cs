using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.Access;

/// <summary>Who may do what: each scope is a policy that routes ask for. A route that asks for none takes any key, so that one that is forgotten is not open.</summary>
internal static class KeyedAccess
{
    public static IServiceCollection AddKeyedAccess(this IServiceCollection services)
    {
        services.AddSingleton<ListenedAddresses>();
        services.AddSingleton<KeyPolicy>();
        services.AddSingleton<ApiKeyRing>();
        services.AddSingleton(provider => new KeyGuard(provider.GetRequiredService<KeyPolicy>(), provider.GetRequiredService<ApiKeyRing>()));
        services.AddSingleton(provider => new Audit(provider.GetRequiredService<KeyPolicy>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<IValidateOptions<ServerOptions>, KeyCheck>();
        services.AddAuthentication(ApiKeyHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        var authorization = services.AddAuthorizationBuilder();
        foreach (var scope in ApiScope.All)
        {
            authorization.AddPolicy(scope, policy => policy.RequireClaim(Caller.Scope, scope, ApiScope.Admin));
        }

        authorization.SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(asked => asked.User.Identity?.IsAuthenticated == true || IsPage(asked)).Build());
        return services;
    }

    /// <summary>Comes first, to see the status that a request ends with, whoever sets it.</summary>
    public static void UseAudit(this WebApplication app) => app.Use(next =>
    {
        // Not before the start: it needs the server, and that the settings, which are refused there.
        var audit = app.Services.GetRequiredService<Audit>();
        return context => audit.FollowAsync(context, next);
    });

    public static void UseKeyedAccess(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
    }

    /// <summary>What no route takes is a file of the page, which has to be able to ask for a key, or nothing at all.</summary>
    private static bool IsPage(AuthorizationHandlerContext asked) => asked.Resource is HttpContext context && context.GetEndpoint() is null;
}
