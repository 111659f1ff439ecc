using System.Net;

namespace SparseClip.Vlm.Server.Remote;

/// <summary>Where pictures may be fetched from: public addresses, on the usual ports. Tests, which reach the loopback alone, have one of their own.</summary>
internal class RemoteReach
{
    /// <summary>The most letters of a URL.</summary>
    public const int MostLetters = 8000;

    /// <summary>Whether a URL may be asked for, as far as its text tells; the address of its host is looked at later.</summary>
    public bool MayAsk(Uri url) => url.IsAbsoluteUri
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url.UserInfo.Length == 0
        && url.OriginalString.Length <= MostLetters
        && IsOpen(url.Port)
        && HasName(url);

    /// <summary>Whether an address may be connected to.</summary>
    public virtual bool MayReach(IPAddress address) => PublicAddress.Is(address);

    /// <summary>The addresses of a host.</summary>
    public virtual async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellationToken);

    /// <summary>Whether a port may be connected to.</summary>
    protected virtual bool IsOpen(int port) => port is 80 or 443;

    private static bool HasName(Uri url)
    {
        try
        {
            return url.HostNameType is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6 && url.IdnHost.Length > 0;
        }
        catch (UriFormatException)
        {
            // Its letters are none that names have.
            return false;
        }
    }
}
