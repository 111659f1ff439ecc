using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.StaticFiles;

namespace SparseClip.Vlm.Server.Pages;

/// <summary>Serves the published page from the web root, at / and nowhere else: whoever asks for another route gets 404, not a page.</summary>
internal static class PageFiles
{
    /// <summary>What is compressed on its way. Event streams are not: compression would hold pieces back.</summary>
    private static readonly string[] s_compressed =
        ["application/wasm", "application/octet-stream", "text/javascript", "text/css", "text/html", "application/json", "image/svg+xml"];

    public static IServiceCollection AddPage(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = s_compressed;
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        return services;
    }

    public static void UsePage(this WebApplication app)
    {
        if (!app.Environment.WebRootFileProvider.GetFileInfo("index.html").Exists)
        {
            app.Logger.LogWarning("The page's files are not in {WebRoot}; only the API is served", app.Environment.WebRootPath);
            return;
        }

        var types = new FileExtensionContentTypeProvider();
        types.Mappings[".dat"] = "application/octet-stream";
        var files = new StaticFileOptions { ContentTypeProvider = types, OnPrepareResponse = prepared => Prepare(prepared.Context) };
        app.UseDefaultFiles(new DefaultFilesOptions { DefaultFileNames = ["index.html"], RedirectToAppendTrailingSlash = false });
        app.UseStaticFiles(files);
    }

    private static void Prepare(HttpContext context)
    {
        // NAME.HASH.wasm and NAME.HASH.js never change; everything else is asked for again and answered with 304.
        var name = Path.GetFileName(context.Request.Path.Value ?? "");
        var hashed = context.Request.Path.StartsWithSegments("/_framework")
            && name.Split('.') is [.., { Length: 10 } hash, _] && hash.All(char.IsAsciiLetterOrDigit);
        context.Response.Headers.CacheControl = hashed ? "public, max-age=31536000, immutable" : "no-cache";
    }
}
