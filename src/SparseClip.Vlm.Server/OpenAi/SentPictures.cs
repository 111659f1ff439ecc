using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Images;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Pictures as requests send them: <c>image:ID</c> of an uploaded one, or a base64 <c>data:</c> URI.</summary>
internal sealed class SentPictures(PictureStore pictures, IOptions<ServerOptions> options)
{
    private const string IdPrefix = "image:";

    /// <summary>The most bytes of a body that carries one: a data: URI is a third longer than the picture's file.</summary>
    public long MaxBodyBytes => (options.Value.MaxImageBytes * 4L / 3) + (1024 * 1024);

    /// <summary>What is sent; nothing is looked at yet.</summary>
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

        throw new RefusedException(
            400,
            ErrorCodes.InvalidImageUrl,
            $"{path} is no picture: give a base64 data: URI or image:ID of an uploaded picture; nothing is fetched from elsewhere.",
            path);
    }

    /// <summary>Looks at one.</summary>
    /// <exception cref="PictureException">It is not a picture that can be looked at.</exception>
    /// <exception cref="RefusedException">404: there is no such uploaded picture, or it is somebody else's.</exception>
    public Task<StoredPicture> LookAsync(SentPicture picture, Caller caller, CancellationToken cancellationToken) => picture.File is { } file
        ? pictures.AddAsync(file, caller, cancellationToken)
        : pictures.GetAsync(picture.Id, caller, cancellationToken);

    /// <summary>Whether a text can only be meant as a picture.</summary>
    public static bool IsPicture([NotNullWhen(true)] string? text) => text is not null
        && ((text.StartsWith(IdPrefix, StringComparison.Ordinal) && PictureFile.IsId(text[IdPrefix.Length..])) || text.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase));
}

/// <summary>A picture as it was sent.</summary>
/// <param name="Id">That of its content.</param>
/// <param name="File">Its file, where that came along.</param>
internal sealed record SentPicture(string Id, PictureFile? File);
