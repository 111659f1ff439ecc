using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Tests.Hosting;

[assembly: AssemblyFixture(typeof(RunningServer))]

namespace SparseClip.Vlm.Server.Tests.Hosting;

/// <summary>One real server over the tiny bundle, on a free port of the loopback, for all tests.</summary>
public sealed class RunningServer : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-server-");
    private WebApplication? _app;

    public HttpClient Http { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    /// <summary>The folder of the bundle's and of the pictures' folder.</summary>
    public string Folder => _folder.FullName;

    /// <summary>The bundle's folder.</summary>
    public string Bundle => Path.Combine(_folder.FullName, "bundle");

    /// <summary>The folder for what people tell the server.</summary>
    public string Data => Path.Combine(_folder.FullName, "data");

    public async ValueTask InitializeAsync()
    {
        await TinyBundle.WriteAsync(Bundle);
        (_app, Address) = await StartAsync($"--Server:ModelDirectory={Bundle}", $"--Server:ImageDirectory={Path.Combine(_folder.FullName, "images")}", $"--Server:DataDirectory={Data}", $"--Server:TaughtConcepts={Path.Combine(_folder.FullName, "taught.jsonl")}");
        Http = new HttpClient { BaseAddress = Address };
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    /// <summary>A part of the server.</summary>
    public T Get<T>() where T : notnull => _app!.Services.GetRequiredService<T>();

    /// <summary>Starts a server on a free port and waits until its model is loaded or has failed to.</summary>
    public static Task<(WebApplication App, Uri Address)> StartAsync(params string[] args) => StartAsync(log: null, args);

    /// <summary>The same, with a log of its own.</summary>
    public static Task<(WebApplication App, Uri Address)> StartAsync(ILoggerProvider? log, params string[] args) => StartAsync(_ => { }, log, args);

    /// <summary>The same, with parts of its own.</summary>
    public static async Task<(WebApplication App, Uri Address)> StartAsync(Action<IServiceCollection> parts, ILoggerProvider? log, params string[] args)
    {
        var (app, address) = await ListenAsync(null, parts, log, args);
        await app.Services.GetRequiredService<ModelHost>().Settled;
        return (app, address);
    }

    /// <summary>Starts a server on a free port; the model may still be loading.</summary>
    public static Task<(WebApplication App, Uri Address)> ListenAsync(ModelLoader? load, params string[] args) => ListenAsync(load, _ => { }, log: null, args);

    private static async Task<(WebApplication App, Uri Address)> ListenAsync(ModelLoader? load, Action<IServiceCollection> parts, ILoggerProvider? log, params string[] args)
    {
        // One thread: where the cores are busy with other work, two that wait for each other at every layer are many times slower.
        var app = ServerHost.Create(
            ["--urls=http://127.0.0.1:0", "--Server:Threads=1", $"--Server:TaughtConcepts={NoFile()}", .. args], load, builder =>
            {
                parts(builder.Services);
                builder.Logging.SetMinimumLevel(LogLevel.Error);
                if (log is not null)
                {
                    builder.Logging.ClearProviders().AddProvider(log);
                }
            });
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return (app, new Uri(address));
    }

    /// <summary>A file that is not there: what somebody taught on this machine is no part of a test.</summary>
    private static string NoFile() => Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "taught.jsonl");

    /// <summary>Uploads a small picture.</summary>
    public async Task<ImageResponse> UploadAsync(byte seed = 1)
    {
        using var content = new ByteArrayContent(TestPng.Noise(48, 40, seed));
        using var response = await Http.PostAsync(new Uri("/api/images", UriKind.Relative), content, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<ImageResponse>(TestContext.Current.CancellationToken))!;
    }
}
