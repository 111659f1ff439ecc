using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Requests;

/// <summary>The JSON of a request's body.</summary>
internal static class JsonBody
{
    private static readonly JsonDocumentOptions s_options = new() { AllowTrailingCommas = true };

    /// <summary>Reads it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maxBytes">The most bytes, after decompression.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="RefusedException">415: it says that it is something else; 413: it is too long; 400: it is no JSON.</exception>
    public static async Task<RequestValue> ReadAsync(HttpRequest request, long maxBytes, CancellationToken cancellationToken)
    {
        RequireJson(request.ContentType);
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes;
        }

        var bytes = await BodyBytes.ReadAsync(
            request.Body,
            maxBytes,
            () => new RefusedException(413, ErrorCodes.TooLarge, $"The body is longer than {maxBytes} bytes; send less."),
            cancellationToken);
        return new RequestValue(Parse(bytes), "");
    }

    private static void RequireJson(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)
            || !(type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)))
        {
            var sent = contentType is null ? "nothing in particular" : $"'{contentType}'";
            throw new RefusedException(415, ErrorCodes.UnsupportedMediaType, $"The body is sent as {sent}; send it as application/json.");
        }

        // JSON is UTF-8 (RFC 8259, section 8.1), of which ASCII is a part.
        var charset = HeaderUtilities.RemoveQuotes(type.Charset).Value;
        if (!string.IsNullOrEmpty(charset) && charset.ToLowerInvariant() is not ("utf-8" or "utf8" or "us-ascii" or "ascii"))
        {
            throw new RefusedException(415, ErrorCodes.UnsupportedCharset, $"The body is sent with the charset '{charset}'; send JSON as UTF-8.");
        }
    }

    private static JsonElement Parse(byte[] bytes)
    {
        var json = bytes.AsMemory(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0);
        if (json.IsEmpty)
        {
            throw new RefusedException(400, ErrorCodes.InvalidJson, "The body is empty; send a JSON object.");
        }

        try
        {
            // The document's memory is not rented but the array's, so that nothing has to be given back.
            return JsonDocument.Parse(json, s_options).RootElement;
        }
        catch (JsonException error)
        {
            throw new RefusedException(
                400,
                ErrorCodes.InvalidJson,
                $"The body is no JSON: it cannot be read from line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1} on.");
        }
    }
}
