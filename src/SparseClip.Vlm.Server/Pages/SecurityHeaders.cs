using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.Pages;

/// <summary>
/// What browsers may do with an answer. The page runs its own scripts only; answers of the API are no pages at all; the readable description brings scripts of its own within its page.
/// Nobody may frame any of them.
/// </summary>
internal static class SecurityHeaders
{
    private const string Nobody = "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'";
    private const string OfApi = $"default-src 'none'; {Nobody}";
    private const string OfDescription =
        $"default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; {Nobody}";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        var index = app.Environment.WebRootFileProvider.GetFileInfo("index.html");
        var ofPage = OfPage(index.Exists ? InlineScripts.Sources(File.ReadAllText(index.PhysicalPath!)) : []);
        // Pages that are let in may show pictures by their addresses.
        var sharing = app.Services.GetRequiredService<IConfiguration>()[$"{ServerOptions.Section}:{nameof(ServerOptions.AllowedOrigins)}"] is { Length: > 0 } ? "cross-origin" : "same-origin";
        app.Use((context, next) =>
        {
            // At the last moment: whoever answers with an error takes away what was set before.
            context.Response.OnStarting(() =>
            {
                var headers = context.Response.Headers;
                headers.ContentSecurityPolicy = PolicyOf(context.Request.Path, ofPage);
                headers.XContentTypeOptions = "nosniff";
                headers["Referrer-Policy"] = "no-referrer";
                headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), display-capture=()";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                headers["Cross-Origin-Resource-Policy"] = sharing;
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    private static string PolicyOf(PathString path, string ofPage) =>
        path.StartsWithSegments("/scalar") ? OfDescription
        : path.StartsWithSegments("/api") || path.StartsWithSegments("/v1") || path.StartsWithSegments("/hubs") || path.StartsWithSegments("/openapi") ? OfApi
        : ofPage;

    /// <summary>
    /// The page's runtime compiles WebAssembly; its components set lengths in style attributes; pictures are shown from memory; and a picture that is dropped from another site is fetched from there.
    /// </summary>
    private static string OfPage(IEnumerable<string> inline) =>
        $"default-src 'self'; script-src {string.Join(' ', ["'self'", "'wasm-unsafe-eval'", .. inline])}; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' blob: data:; "
        + $"connect-src 'self' http: https: ws: wss: data: blob:; {Nobody}";
}
