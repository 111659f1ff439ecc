using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Web.Api;

namespace SparseClip.Vlm.Web.State;

/// <summary>A picture that the page has open. The page keeps its bytes, so that a server that lost it can be given it again.</summary>
/// <param name="title">What it shows when it is a sample, else its file's name.</param>
/// <param name="file">The picture file.</param>
/// <param name="seen">What the server said of it.</param>
public sealed class OpenPicture(string title, byte[] file, ImageResponse seen)
{
    /// <summary>The code of the refusal of a picture that the server does not have (any more).</summary>
    public const string Lost = "unknown_image";

    public string Title { get; } = title;

    /// <summary>The picture file, as it was chosen.</summary>
    public ReadOnlyMemory<byte> File { get; } = file;

    /// <summary>Its id, its size and its features.</summary>
    public ImageResponse Seen { get; private set; } = seen;

    /// <summary>Asks something about the picture; a server that lost it is given it again, once.</summary>
    /// <param name="server">The server.</param>
    /// <param name="ask">Asks about the picture of an id.</param>
    /// <param name="cancellationToken">Stops giving it again.</param>
    /// <exception cref="ServerException">The server refuses or cannot be reached.</exception>
    public async Task<T> AskAsync<T>(IServerApi server, Func<string, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(Seen.Id);
        }
        catch (ServerException error) when (error.Code == Lost)
        {
            await UploadAgainAsync(server, cancellationToken);
            return await ask(Seen.Id);
        }
    }

    /// <summary>Gives the picture to the server again.</summary>
    /// <exception cref="ServerException">The server refuses it or cannot be reached.</exception>
    public async Task UploadAgainAsync(IServerApi server, CancellationToken cancellationToken) =>
        Seen = await server.UploadAsync(file, cancellationToken);
}
