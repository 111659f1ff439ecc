using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.Images;

/// <summary>
/// Pictures by content: the codes of the last used in memory, the files of more of them on disk. A picture that left the memory is encoded
/// again from its file when it is asked for. Thread-safe.
/// </summary>
public sealed class PictureStore
{
    private readonly ModelHost _host;
    private readonly PictureFiles _files;
    private readonly RecentMap<SeenPicture> _seen;

    public PictureStore(ModelHost host, IOptions<ServerOptions> options)
    {
        _host = host;
        _files = new PictureFiles(Path.GetFullPath(options.Value.ImageDirectory), options.Value.ImagesOnDisk);
        _seen = new RecentMap<SeenPicture>(options.Value.ImagesInMemory);
    }

    /// <summary>Whether a text has the form of a picture's id: 64 lower-case hexadecimal digits. Anything else never becomes a path.</summary>
    public static bool IsId(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Looks at a picture file and keeps it.</summary>
    /// <exception cref="PictureException">It is not a picture that can be looked at; nothing is kept.</exception>
    public async Task<StoredPicture> AddAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(file.Span));
        if (_seen.TryGet(id, out var known))
        {
            return new StoredPicture(known, Cached: true);
        }

        var seen = await _host.Require().LookAsync(file, cancellationToken);
        await _files.AddAsync(id, file, cancellationToken);
        _seen.Set(id, seen);
        // The model may have known it although it left this store.
        return new StoredPicture(seen, Cached: seen.EncodeMilliseconds == 0);
    }

    /// <summary>A picture that was added before.</summary>
    /// <exception cref="RefusedException">404: the id is unknown or the picture was dropped.</exception>
    public async Task<StoredPicture> GetAsync(string id, CancellationToken cancellationToken)
    {
        if (_seen.TryGet(id, out var known))
        {
            return new StoredPicture(known, Cached: true);
        }

        return await AddAsync(await FileAsync(id, cancellationToken), cancellationToken);
    }

    /// <summary>The bytes of a picture that was added before.</summary>
    /// <exception cref="RefusedException">404: the id is unknown or the picture was dropped.</exception>
    public async Task<byte[]> FileAsync(string id, CancellationToken cancellationToken) =>
        (IsId(id) ? await _files.ReadAsync(id, cancellationToken) : null)
        ?? throw new RefusedException(
            404, "unknown_image", $"There is no picture '{(id.Length > 64 ? id[..64] + "…" : id)}' here (any more); upload it again.", "image");
}
