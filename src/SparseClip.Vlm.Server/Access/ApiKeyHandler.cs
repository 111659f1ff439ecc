using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Access;

/// <summary>
/// Knows a request by its key. Where no key is needed everybody is somebody without a name who may do everything, whatever key was sent: OpenAI's clients always send one.
/// </summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyPolicy policy, ApiKeyRing keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "ApiKey";

    private const string Header = "X-Api-Key";
    private const string Bearer = "Bearer ";

    /// <summary>Browsers cannot send headers with WebSockets, so SignalR's clients send the key in the query there. Nowhere else: addresses are kept in histories and logs.</summary>
    private const string Hubs = "/hubs";

    private const string Query = "access_token";

    /// <inheritdoc />
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!policy.AreRequired)
        {
            return Task.FromResult(Success([.. ApiScope.All.Select(scope => new Claim(Caller.Scope, scope))], null));
        }

        if (Sent() is not { Length: > 0 } text)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        if (keys.Find(text) is not { } key)
        {
            return Task.FromResult(AuthenticateResult.Fail("The key is not known, expired or revoked."));
        }

        return Task.FromResult(Success(
            [new Claim(ClaimTypes.Name, key.Name), new Claim(Caller.KeyId, key.Id), .. key.Scopes.Select(scope => new Claim(Caller.Scope, scope))], key.Expires));
    }

    /// <inheritdoc />
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var isSent = !string.IsNullOrEmpty(Sent());
        Response.Headers.WWWAuthenticate = $"Bearer realm=\"SparseClip.Vlm\"{(isSent ? ", error=\"invalid_token\"" : "")}";
        return RefuseAsync(new Refusal(401, ErrorCodes.InvalidApiKey, isSent
            ? "The key is not known here, or is expired or revoked; ask whoever runs the server for another."
            : "This server needs a key; send it as 'Authorization: Bearer sc-...'. Whoever runs the server makes keys with 'sparseclip keys create'."));
    }

    /// <inheritdoc />
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var scope = Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy ?? ApiScope.Admin;
        Response.Headers.WWWAuthenticate = $"Bearer realm=\"SparseClip.Vlm\", error=\"insufficient_scope\", scope=\"{scope}\"";
        return RefuseAsync(new Refusal(403, ErrorCodes.InsufficientScope, $"The key may not do this: it lacks the scope '{scope}'. Ask whoever runs the server for a key that has it."));
    }

    private Task RefuseAsync(Refusal refusal) => RefusalHandler.WriteAsync(Context, refusal, Context.RequestAborted);

    private string? Sent()
    {
        var authorization = Request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[Bearer.Length..].Trim();
        }

        return Request.Headers[Header].ToString() is { Length: > 0 } header ? header.Trim()
            : Request.Path.StartsWithSegments(Hubs) ? Request.Query[Query].ToString()
            : null;
    }

    private AuthenticateResult Success(IEnumerable<Claim> claims, DateTimeOffset? expires) => AuthenticateResult.Success(new AuthenticationTicket(
        new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name)), new AuthenticationProperties { ExpiresUtc = expires }, Scheme.Name));
}
