using System.IO.Compression;
using Microsoft.Net.Http.Headers;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Requests;

/// <summary>
/// Takes bodies that are compressed with gzip, deflate or Brotli, for whatever reads the body afterwards. How much may come out is bounded by those
/// readers, which count what they get (<see cref="BodyBytes"/>).
/// </summary>
internal static class CompressedBodies
{
    public static void UseCompressedBodies(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var encodings = context.Request.Headers.GetCommaSeparatedValues(HeaderNames.ContentEncoding)
            .Where(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            .ToList();
        if (encodings.Count > 0)
        {
            context.Request.Body = new DecodedBody(Decode(context.Request.Body, encodings), encodings[0]);
            context.Request.Headers.Remove(HeaderNames.ContentEncoding);
        }

        return next(context);
    });

    private static Stream Decode(Stream body, List<string> encodings) => string.Join(',', encodings).ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
        "deflate" => new ZLibStream(body, CompressionMode.Decompress),
        "br" => new BrotliStream(body, CompressionMode.Decompress),
        _ => throw Unsupported(encodings),
    };

    private static RefusedException Unsupported(List<string> encodings) => new(
        415, ErrorCodes.UnsupportedEncoding, $"The body is encoded as '{string.Join(", ", encodings)}'; send it plain, or as one of gzip, deflate and br.");

    /// <summary>Says of bytes that cannot be decompressed that they are the client's.</summary>
    private sealed class DecodedBody(Stream decoder, string encoding) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await decoder.ReadAsync(buffer, cancellationToken);
            }
            catch (Exception error) when (error is InvalidDataException or InvalidOperationException)
            {
                throw new RefusedException(
                    400,
                    ErrorCodes.InvalidEncoding,
                    $"The body says that it is encoded as {encoding}, and cannot be decoded: it is damaged, cut off or not encoded.");
            }
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        /// <summary>The server reads bodies asynchronously only.</summary>
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                decoder.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
