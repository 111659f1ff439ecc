using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace SparseClip.Vlm.Server.Access;

/// <summary>Where the server listens: from its configuration before it does, and from the server itself as soon as it does.</summary>
internal sealed class ListenedAddresses(IConfiguration configuration, IServer server)
{
    /// <summary>The first address that others than this machine's programs may reach; null for none.</summary>
    public string? Open() => Open(configuration) ?? server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(address => !IsOfThisMachine(address));

    /// <summary>The first such address of a configuration; null for none.</summary>
    public static string? Open(IConfiguration configuration) => Configured(configuration).FirstOrDefault(address => !IsOfThisMachine(address));

    /// <summary>Whether an address is of the loopback, or a socket in the file system, which its file mode guards.</summary>
    internal static bool IsOfThisMachine(string address)
    {
        BindingAddress parsed;
        try
        {
            parsed = BindingAddress.Parse(address);
        }
        catch (FormatException)
        {
            return false;
        }

        // Kestrel listens everywhere for a name that is neither localhost nor an address.
        return parsed.IsUnixPipe || parsed.IsNamedPipe || parsed.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(parsed.Host, out var ip) && IPAddress.IsLoopback(ip));
    }

    private static IEnumerable<string> Configured(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().ToList();
        var ports = Listed(configuration, "HTTP_PORTS").Concat(Listed(configuration, "HTTPS_PORTS")).Select(port => $"http://*:{port}");
        return endpoints.Count > 0 ? endpoints : Listed(configuration, WebHostDefaults.ServerUrlsKey) is { Length: > 0 } urls ? urls : ports;
    }

    private static string[] Listed(IConfiguration configuration, string key) => configuration[key]?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
