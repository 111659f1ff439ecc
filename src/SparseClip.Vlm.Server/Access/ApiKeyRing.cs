using Microsoft.Extensions.Options;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.Access;

/// <summary>The keys that hold. The file is read again when it has changed, so that a key that is made or revoked counts from the next request on. Thread-safe.</summary>
internal sealed class ApiKeyRing(IOptions<ServerOptions> options, TimeProvider time, ILogger<ApiKeyRing> log)
{
    private readonly string _path = ApiKeyFile.In(options.Value.DataDirectory);
    private volatile Known? _known;

    /// <summary>The key of a text; null where there is none, or none that holds any more.</summary>
    public ApiKey? Find(string text) => ApiKeyText.Find(text, Keys()) is { } key && key.HoldsAt(time.GetUtcNow()) ? key : null;

    /// <summary>Whether a key that was presented before still holds.</summary>
    /// <param name="id">Its id.</param>
    public bool Holds(string id) => Keys().Any(key => key.Id == id && key.HoldsAt(time.GetUtcNow()));

    private IReadOnlyList<ApiKey> Keys()
    {
        var file = new FileInfo(_path);
        var stamp = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        if (_known is { } known && known.Stamp == stamp)
        {
            return known.Keys;
        }

        try
        {
            var keys = ApiKeyFile.Read(_path);
            _known = new Known(stamp, keys);
            return keys;
        }
        catch (ApiKeyFileException error)
        {
            // Nobody is let in by what cannot be read, nor by what held before: it may have been revoked.
            log.LogError("{Problem} Until then no key holds", error.Message);
            _known = new Known(stamp, []);
            return [];
        }
    }

    private sealed record Known((DateTime Written, long Length) Stamp, IReadOnlyList<ApiKey> Keys);
}
