using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Images;

/// <summary>Reads one picture file from a request: the body itself, or the one file of a multipart form. Never holds more than the limit.</summary>
internal static class UploadReader
{
    /// <summary>The most letters of a boundary (RFC 2046, section 5.1.1).</summary>
    private const int MaxBoundary = 70;

    /// <summary>Reads it.</summary>
    /// <exception cref="RefusedException">413: the file is too large; 415: the form has no boundary; 400: the form is damaged or has not one file.</exception>
    public static async Task<PictureFile> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        // The limit below is exact and its error readable; the transport's limit only has to leave room for the form's own bytes.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes + 64L * 1024;
        }

        // Only a multipart form is a form: curl --data-binary calls any body one.
        var isForm = request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;
        return new PictureFile(
            isForm ? await ReadFormAsync(request, maxBytes, cancellationToken) : await ReadFileAsync(request.Body, maxBytes, cancellationToken));
    }

    /// <summary>The refusal of a file above the limit.</summary>
    public static RefusedException TooLarge(int maxBytes) => new(
        413, "image_file_too_large", $"The picture file is larger than {maxBytes / (1024 * 1024.0):0.#} MiB; send a smaller one.", "image");

    private static async Task<byte[]> ReadFormAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= MaxBoundary } boundary)
        {
            throw new RefusedException(
                415,
                "unsupported_form",
                "The form has no usable boundary; send the picture as the body itself or as a file in multipart/form-data.",
                "image");
        }

        try
        {
            var file = await FileOfAsync(new MultipartReader(boundary, request.Body), maxBytes, cancellationToken);
            return file ?? throw new RefusedException(400, "no_image", "The form has no file; send the picture as its file part.", "image");
        }
        catch (Exception error) when (error is InvalidDataException || error.GetType() == typeof(IOException))
        {
            // What the reader of forms says of one without its boundary, cut short, with other line ends or with too many headers. The transport's own
            // failures are subclasses of IOException.
            throw new RefusedException(
                400,
                ErrorCodes.InvalidForm,
                "The form is damaged: it is cut short, or its parts are not divided by the boundary that the content type names.",
                "image");
        }
    }

    private static async Task<byte[]?> FileOfAsync(MultipartReader form, int maxBytes, CancellationToken cancellationToken)
    {
        byte[]? file = null;
        while (await form.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (section.GetContentDispositionHeader()?.IsFileDisposition() != true)
            {
                continue;
            }

            if (file is not null)
            {
                throw new RefusedException(400, ErrorCodes.TooManyImages, "The form has more than one file; send one picture a request.", "image");
            }

            file = await ReadFileAsync(section.Body, maxBytes, cancellationToken);
        }

        return file;
    }

    private static Task<byte[]> ReadFileAsync(Stream body, int maxBytes, CancellationToken cancellationToken) =>
        BodyBytes.ReadAsync(body, maxBytes, () => TooLarge(maxBytes), cancellationToken);
}
