using System.Net;
using System.Net.Sockets;

namespace SparseClip.Vlm.Server.Remote;

/// <summary>Tells addresses of the internet from all others, by IANA's registries of special-purpose addresses.</summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] s_notPublic4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), // this network
        IPNetwork.Parse("10.0.0.0/8"), // private
        IPNetwork.Parse("100.64.0.0/10"), // between carrier and customer
        IPNetwork.Parse("127.0.0.0/8"), // loopback
        IPNetwork.Parse("168.63.129.16/32"), // the host of a machine in Azure
        IPNetwork.Parse("169.254.0.0/16"), // link-local, and the metadata of most clouds
        IPNetwork.Parse("172.16.0.0/12"), // private
        IPNetwork.Parse("192.0.0.0/24"), // protocol assignments
        IPNetwork.Parse("192.0.2.0/24"), // documentation
        IPNetwork.Parse("192.88.99.0/24"), // relays of 6to4
        IPNetwork.Parse("192.168.0.0/16"), // private
        IPNetwork.Parse("198.18.0.0/15"), // benchmarks
        IPNetwork.Parse("198.51.100.0/24"), // documentation
        IPNetwork.Parse("203.0.113.0/24"), // documentation
        IPNetwork.Parse("224.0.0.0/4"), // multicast
        IPNetwork.Parse("240.0.0.0/4"), // reserved, and broadcast
    ];

    /// <summary>Global unicast. Outside lie the loopback, the unspecified and local addresses, multicast, and 64:ff9b::/96 of NAT64.</summary>
    private static readonly IPNetwork s_global6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] s_notPublic6 =
    [
        IPNetwork.Parse("2001::/23"), // protocol assignments, Teredo and benchmarks among them
        IPNetwork.Parse("2001:db8::/32"), // documentation
        IPNetwork.Parse("2002::/16"), // 6to4, which leads to any IPv4 address
        IPNetwork.Parse("3ffe::/16"), // given back
        IPNetwork.Parse("3fff::/20"), // documentation
    ];

    /// <summary>Whether it is a public address of one machine. What leads to an IPv4 address by its digits is none.</summary>
    public static bool Is(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !s_notPublic4.Any(network => network.Contains(address)),
        // IPNetwork compares an IPv4 address that is mapped into IPv6 by its IPv4 bits, even with a network of IPv6.
        AddressFamily.InterNetworkV6 => !address.IsIPv4MappedToIPv6 && s_global6.Contains(address) && !s_notPublic6.Any(network => network.Contains(address)),
        _ => false,
    };
}
