using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace SparseClip.Vlm.Server.Pages;

/// <summary>
/// Serves the published page from the web root. Of a file that was published compressed as well, the compressed form goes to clients that
/// take it. Every route that is neither a file nor an endpoint is the page itself.
/// </summary>
internal static class PageFiles
{
    private static readonly (string Encoding, string Suffix)[] s_forms = [("br", ".br"), ("gzip", ".gz")];

    public static void UsePage(this WebApplication app)
    {
        if (!app.Environment.WebRootFileProvider.GetFileInfo("index.html").Exists)
        {
            app.Logger.LogWarning("The page's files are not in {WebRoot}; only the API is served", app.Environment.WebRootPath);
            return;
        }

        var types = new FileExtensionContentTypeProvider();
        types.Mappings[".dat"] = "application/octet-stream";
        types.Mappings[".webcil"] = "application/octet-stream";
        app.Use((context, next) => PreferCompressed(context, next, app.Environment.WebRootFileProvider));
        app.UseStaticFiles(new StaticFileOptions
        {
            ContentTypeProvider = new CompressedTypes(types),
            OnPrepareResponse = prepared => Prepare(prepared.Context),
        });
        app.MapFallbackToFile("index.html", new StaticFileOptions { OnPrepareResponse = prepared => Prepare(prepared.Context) });
    }

    private static Task PreferCompressed(HttpContext context, RequestDelegate next, IFileProvider files)
    {
        var path = context.Request.Path;
        if (HttpMethods.IsGet(context.Request.Method) && path.StartsWithSegments("/_framework"))
        {
            foreach (var (encoding, suffix) in s_forms)
            {
                if (context.Request.Headers.AcceptEncoding.ToString().Contains(encoding, StringComparison.OrdinalIgnoreCase)
                    && files.GetFileInfo(path + suffix).Exists)
                {
                    context.Request.Path = path + suffix;
                    context.Response.Headers.ContentEncoding = encoding;
                    break;
                }
            }
        }

        return next(context);
    }

    private static void Prepare(HttpContext context)
    {
        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        // The framework's names carry the hash of their content; everything else is asked for again and answered with 304.
        var name = Path.GetFileName(context.Request.Path.Value ?? "");
        var hashed = context.Request.Path.StartsWithSegments("/_framework") && name.Count(letter => letter == '.') >= 2
            && !name.StartsWith("blazor.webassembly.js", StringComparison.Ordinal) && !name.StartsWith("dotnet.js", StringComparison.Ordinal);
        context.Response.Headers.CacheControl = hashed ? "public, max-age=31536000, immutable" : "no-cache";
    }

    /// <summary>The type of a compressed form is that of the file it stands for.</summary>
    private sealed class CompressedTypes(FileExtensionContentTypeProvider inner) : IContentTypeProvider
    {
        public bool TryGetContentType(string subpath, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out string contentType)
        {
            var form = s_forms.FirstOrDefault(form => subpath.EndsWith(form.Suffix, StringComparison.Ordinal));
            return inner.TryGetContentType(form.Suffix is null ? subpath : subpath[..^form.Suffix.Length], out contentType);
        }
    }
}
