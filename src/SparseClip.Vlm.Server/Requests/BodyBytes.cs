using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Requests;

/// <summary>Reads a body, or a part of one, whole into memory.</summary>
internal static class BodyBytes
{
    /// <summary>All bytes of a stream. Never holds more than the limit.</summary>
    /// <param name="body">The stream.</param>
    /// <param name="maxBytes">The most bytes to read.</param>
    /// <param name="tooLarge">The refusal of a longer one.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<byte[]> ReadAsync(Stream body, long maxBytes, Func<RefusedException> tooLarge, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int read;
        while ((read = await body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > maxBytes)
            {
                throw tooLarge();
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }
}
