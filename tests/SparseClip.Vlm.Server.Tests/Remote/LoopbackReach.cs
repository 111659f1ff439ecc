using System.Net;
using System.Net.Sockets;
using SparseClip.Vlm.Server.Remote;

namespace SparseClip.Vlm.Server.Tests.Remote;

/// <summary>Reaches 127.0.0.1 alone, on any port, and asks no name server: names mean what a test says, one meaning after the other.</summary>
internal sealed class LoopbackReach(params (string Host, string[] Meanings)[] names) : RemoteReach
{
    private int _resolved;

    public override bool MayReach(IPAddress address) => address.Equals(IPAddress.Loopback);

    public override Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return Task.FromResult<IPAddress[]>([address]);
        }

        var meanings = names.FirstOrDefault(name => name.Host == host).Meanings ?? throw new SocketException((int)SocketError.HostNotFound);
        var meaning = meanings[Math.Min(_resolved++, meanings.Length - 1)];
        return Task.FromResult(meaning.Split(' ').Select(IPAddress.Parse).ToArray());
    }

    protected override bool IsOpen(int port) => true;
}
