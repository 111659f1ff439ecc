using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SparseClip.Vlm.Server.Tests.Remote;

/// <summary>A real server with pictures, on an address of the loopback that stands for the internet or for what lies near the server.</summary>
internal sealed class Elsewhere : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly WebApplication _app;

    private Elsewhere(WebApplication app) => _app = app;

    /// <summary>Its address as clients write it, without a slash at the end.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public int Port => new Uri(Address).Port;

    /// <summary>What it was asked for, in order.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    /// <param name="address">Where it listens.</param>
    /// <param name="certificate">Its certificate; null to speak HTTP.</param>
    public static async Task<Elsewhere> StartAsync(IPAddress? address = null, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address ?? IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                // Offline: the issuer is not looked for on this side.
                var context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
                listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = context }) });
            }
        }));
        var elsewhere = new Elsewhere(builder.Build());
        elsewhere._app.Run(elsewhere.AnswerAsync);
        await elsewhere._app.StartAsync();
        return elsewhere;
    }

    /// <summary>Answers a path with bytes; gives its URL.</summary>
    public string On(string path, byte[] bytes) => On(path, context => context.Response.Body.WriteAsync(bytes).AsTask());

    /// <summary>Answers a path; gives its URL.</summary>
    public string On(string path, RequestDelegate answer)
    {
        _answers[path] = answer;
        return Address + path;
    }

    /// <summary>Redirects a path; gives its URL.</summary>
    public string Redirect(string path, string location, int status = 302) => On(path, context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        _asked.Enqueue(path);
        if (_answers.TryGetValue(path, out var answer))
        {
            return answer(context);
        }

        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }
}
