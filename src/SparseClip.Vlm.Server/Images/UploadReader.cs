using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.Images;

/// <summary>Reads one picture file from a request: the body itself, or the first file of a multipart form. Never holds more than the limit.</summary>
internal static class UploadReader
{
    public static async Task<byte[]> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        // The limit below is exact and its error readable; the transport's limit only has to leave room for the form's own bytes.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes + 64L * 1024;
        }

        // Only a multipart form is a form: curl --data-binary calls any body one.
        if (request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) != true)
        {
            return await ReadAllAsync(request.Body, maxBytes, cancellationToken);
        }

        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).Value;
        if (string.IsNullOrEmpty(boundary))
        {
            throw new RefusedException(415, "unsupported_form", "Send the picture as the body itself or as a file in multipart/form-data.", "image");
        }

        var reader = new MultipartReader(boundary, request.Body);
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (section.GetContentDispositionHeader()?.IsFileDisposition() == true)
            {
                return await ReadAllAsync(section.Body, maxBytes, cancellationToken);
            }
        }

        throw new RefusedException(400, "no_image", "The form has no file; send the picture as its file part.", "image");
    }

    private static async Task<byte[]> ReadAllAsync(Stream body, int maxBytes, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int read;
        while ((read = await body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > maxBytes)
            {
                throw TooLarge(maxBytes);
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    /// <summary>The refusal of a file above the limit.</summary>
    public static RefusedException TooLarge(int maxBytes) => new(
        413, "image_file_too_large", $"The picture file is larger than {maxBytes / (1024 * 1024.0):0.#} MiB; send a smaller one.", "image");
}
