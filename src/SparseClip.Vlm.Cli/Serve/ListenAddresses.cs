using Microsoft.AspNetCore.Http;

namespace SparseClip.Vlm.Cli.Serve;

/// <summary>Checks the addresses of <c>--urls</c>.</summary>
internal static class ListenAddresses
{
    private const int MostPort = 65535;

    /// <summary>What is wrong with the addresses, and what to write; null if nothing is.</summary>
    /// <param name="text">One or several with ';' between.</param>
    public static string? Problem(string text)
    {
        var addresses = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return addresses.Length == 0 ? "no address was given; write one such as http://localhost:5080" : addresses.Select(ProblemOf).FirstOrDefault(problem => problem is not null);
    }

    private static string? ProblemOf(string text)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(text);
        }
        catch (FormatException)
        {
            return $"'{text}' is no address; write one such as http://localhost:5080";
        }

        if (address.Scheme is not ("http" or "https"))
        {
            return $"'{text}' begins with neither http:// nor https://; write one such as http://localhost:5080";
        }

        if (address.IsUnixPipe || address.IsNamedPipe)
        {
            return null;
        }

        if (address.Host.Length == 0 || address.Port is < 0 or > MostPort || HasBadPort(address.Host))
        {
            return $"'{text}' has no host or a port outside 0..{MostPort}; write one such as http://localhost:5080";
        }

        return address.PathBase.Length > 0 ? $"'{text}' has a path; the server is at the root of its address"
            : address is { Port: 0, Host: "localhost" } ? $"'{text}': localhost takes no port 0; write http://127.0.0.1:0 for any free port"
            : null;
    }

    // Where the text after the colon is no number, it is left in the host; the colons of [::1] stay within its brackets.
    private static bool HasBadPort(string host) => host.LastIndexOf(':') > host.LastIndexOf(']');
}
