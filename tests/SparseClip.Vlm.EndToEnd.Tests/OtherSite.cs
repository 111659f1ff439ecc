using System.Net;
using System.Net.Sockets;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>A web server of somebody else: it lets any page read /open.webp, and no page read /closed.webp.</summary>
internal sealed class OtherSite : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public OtherSite(byte[] picture)
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _serving = ServeAsync(picture);
    }

    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync(byte[] picture)
    {
        while (_listener.IsListening)
        {
            HttpListenerContext asked;
            try
            {
                asked = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            if (asked.Request.Url!.AbsolutePath != "/closed.webp")
            {
                asked.Response.Headers["Access-Control-Allow-Origin"] = "*";
            }

            var isPicture = asked.Request.Url.AbsolutePath.EndsWith(".webp", StringComparison.Ordinal);
            asked.Response.ContentType = isPicture ? "image/webp" : "text/html";
            await asked.Response.OutputStream.WriteAsync(isPicture ? picture : "<p>A page.</p>"u8.ToArray());
            asked.Response.Close();
        }
    }
}
