using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using SparseClip.Vlm.Server.Access;

namespace SparseClip.Vlm.Server.Tests.Hosting;

/// <summary>A server over the tiny bundle that needs keys, with a folder of its own.</summary>
internal sealed class KeyedServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly WebApplication _app;

    private KeyedServer(DirectoryInfo folder, WebApplication app, Uri address) => (_folder, _app, Address) = (folder, app, address);

    public Uri Address { get; }

    /// <summary>The folder of its data.</summary>
    public string Data => _folder.FullName;

    /// <summary>A part of the server.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts it, with a key of one name for whom no test asks: without any it does not start.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="args">More settings.</param>
    public static Task<KeyedServer> StartAsync(string bundle, params string[] args) => StartAsync(bundle, log: null, args);

    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="log">Gets what is logged; null for the console.</param>
    /// <param name="args">More settings.</param>
    public static async Task<KeyedServer> StartAsync(string bundle, ILoggerProvider? log, params string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("sparseclip-keyed-");
        Add(folder.FullName, "nobody", ApiScope.Read);
        var (app, address) = await RunningServer.StartAsync(
            log,
            [$"--Server:ModelDirectory={bundle}", $"--Server:DataDirectory={folder.FullName}", $"--Server:ImageDirectory={folder.FullName}/images", "--Server:RequireKeys=true", .. args]);
        return new KeyedServer(folder, app, address);
    }

    /// <summary>Makes a key while the server runs.</summary>
    public string Add(string name, params string[] scopes) => Add(Data, name, scopes).Text;

    /// <summary>Makes a key, and a client that sends it.</summary>
    public HttpClient Client(string name, params string[] scopes)
    {
        var http = new HttpClient { BaseAddress = Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Add(name, scopes));
        return http;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static (string Text, ApiKey Key) Add(string folder, string name, params string[] scopes)
    {
        var text = ApiKeyText.Draw();
        var key = new ApiKey(Guid.NewGuid().ToString("n")[..8], name, ApiKeyText.HashOf(text), scopes, TimeProvider.System.GetUtcNow());
        ApiKeyFile.Change(ApiKeyFile.In(folder), keys => [.. keys, key]);
        return (text, key);
    }
}
