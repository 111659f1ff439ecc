using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Images;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Remote;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Pictures as requests send them: <c>image:ID</c> of an uploaded one, a base64 <c>data:</c> URI, or, where that is allowed, a URL to fetch it from.</summary>
internal sealed class SentPictures(PictureStore pictures, RemotePictures remote, IOptions<ServerOptions> options)
{
    private const string IdPrefix = "image:";

    /// <summary>The most bytes of a body that carries one: a data: URI is a third longer than the picture's file.</summary>
    public long MaxBodyBytes => (options.Value.MaxImageBytes * 4L / 3) + (1024 * 1024);

    /// <summary>What is sent; nothing is fetched or looked at yet.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="path">Where it stands in the request.</param>
    /// <exception cref="RefusedException">400: it is no picture; 413: its file is too large.</exception>
    public SentPicture Read(string url, string path)
    {
        if (url.StartsWith(IdPrefix, StringComparison.Ordinal))
        {
            return new SentPicture(url[IdPrefix.Length..], null);
        }

        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            var file = new PictureFile(DataUri.Decode(url, path, options.Value.MaxImageBytes));
            return new SentPicture(file.Id, file);
        }

        if (RemotePictures.IsRemote(url))
        {
            var elsewhere = remote.Read(url, path);
            return new SentPicture(elsewhere.Address.AbsoluteUri, null, elsewhere);
        }

        throw new RefusedException(
            400,
            ErrorCodes.InvalidImageUrl,
            $"{path} is no picture: give a base64 data: URI or image:ID of an uploaded picture{(options.Value.RemoteImages ? ", or a URL with http:// or https://" : "")}.",
            path);
    }

    /// <summary>Looks at one, which is fetched first when it is elsewhere: call it in a place that is bounded.</summary>
    /// <exception cref="PictureException">It is not a picture that can be looked at.</exception>
    /// <exception cref="RefusedException">404: there is no such uploaded picture, or it is somebody else's; 400, 413: it cannot be fetched.</exception>
    public async Task<StoredPicture> LookAsync(SentPicture picture, Caller caller, CancellationToken cancellationToken)
    {
        var file = picture.Remote is { } elsewhere ? await remote.FetchAsync(elsewhere, cancellationToken) : picture.File;
        return await (file is null ? pictures.GetAsync(picture.Id, caller, cancellationToken) : pictures.AddAsync(file, caller, cancellationToken));
    }

    /// <summary>Whether a text can only be meant as a picture.</summary>
    public static bool IsPicture([NotNullWhen(true)] string? text) => text is not null
        && ((text.StartsWith(IdPrefix, StringComparison.Ordinal) && PictureFile.IsId(text[IdPrefix.Length..])) || text.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase));
}

/// <summary>A picture as it was sent.</summary>
/// <param name="Id">That of its content; its URL where it is elsewhere, since its content is not known.</param>
/// <param name="File">Its file, where that came along.</param>
/// <param name="Remote">Where it is to be fetched from.</param>
internal sealed record SentPicture(string Id, PictureFile? File, RemotePicture? Remote = null);
