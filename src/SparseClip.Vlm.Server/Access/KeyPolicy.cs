using Microsoft.Extensions.Options;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.Access;

/// <summary>Whether requests need a key. Asked for each of them: where a server listens may change while it runs, and what is not known for sure is guarded.</summary>
internal sealed class KeyPolicy(IOptions<ServerOptions> options, ListenedAddresses addresses)
{
    /// <summary>Whether a request without a key is refused.</summary>
    public bool AreRequired => options.Value.RequireKeys.ToLowerInvariant() switch
    {
        "true" => true,
        "false" => false,
        _ => addresses.Open() is not null,
    };
}
