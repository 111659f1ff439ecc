using System.Security.Claims;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Access;

/// <summary>Guards connections that outlive the request that opened them: a key that was revoked since asks nothing more.</summary>
public sealed class KeyGuard
{
    private readonly KeyPolicy _policy;
    private readonly ApiKeyRing _keys;

    internal KeyGuard(KeyPolicy policy, ApiKeyRing keys) => (_policy, _keys) = (policy, keys);

    /// <summary>Refuses whoever opened a connection with a key that holds no more, or without one before keys were needed.</summary>
    /// <exception cref="RefusedException">401: the key was revoked or is expired.</exception>
    public void RequireHeld(ClaimsPrincipal? user)
    {
        if (_policy.AreRequired && !(user?.FindFirst(Caller.KeyId) is { } key && _keys.Holds(key.Value)))
        {
            throw new RefusedException(401, ErrorCodes.InvalidApiKey, "The key of this connection is expired or revoked; ask whoever runs the server for another.");
        }
    }
}
