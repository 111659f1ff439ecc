using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace SparseClip.Vlm.Server.Remote;

/// <summary>Asks servers elsewhere, over connections to addresses that were checked: a name is resolved once, and nothing asks again what it means.</summary>
internal static class CheckedConnections
{
    private const int MostAddresses = 4;
    private const int MostHeaderKilobytes = 16;

    /// <param name="reach">Which addresses may be reached.</param>
    /// <param name="timeout">How long connecting may take; a connection is made apart from the request that wants it.</param>
    public static HttpMessageInvoker Create(RemoteReach reach, TimeSpan timeout) => new(new SocketsHttpHandler
    {
        ConnectCallback = (context, cancellationToken) => ConnectAsync(reach, context.DnsEndPoint, cancellationToken),
        ConnectTimeout = timeout,
        // No connection serves a second request, so each is checked.
        PooledConnectionLifetime = TimeSpan.Zero,
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = MostHeaderKilobytes,
        MaxResponseDrainSize = 0,
        // Strangers get no ids of traces, and traces no URLs.
        ActivityHeadersPropagator = null,
        SslOptions =
        {
            // A certificate names places to fetch others from, which nobody checks.
            CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
        },
    });

    private static async ValueTask<Stream> ConnectAsync(RemoteReach reach, DnsEndPoint host, CancellationToken cancellationToken)
    {
        var addresses = await reach.ResolveAsync(host.Host, cancellationToken);
        foreach (var address in addresses.Where(reach.MayReach).Take(MostAddresses))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, host.Port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw new IOException("None of the host's addresses may be reached and answers.");
    }
}
