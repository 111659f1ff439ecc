using System.Buffers;
using System.Security.Cryptography;

namespace SparseClip.Vlm.Core.Models;

/// <summary>SHA-256 of files, block by block.</summary>
public static class FileHash
{
    private const int BlockBytes = 1 << 20;

    /// <summary>The SHA-256 of a file, lower-case hexadecimal.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Gets the bytes hashed so far; may be null.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="BundleException">The file cannot be read.</exception>
    public static async Task<string> ComputeAsync(string path, Action<long>? progress, CancellationToken cancellationToken)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan | FileOptions.Asynchronous);
            long done = 0;
            int read;
            while ((read = await stream.ReadAsync(block, cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(block.AsSpan(0, read));
                progress?.Invoke(done += read);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BundleException($"{path} cannot be read: {error.Message}", error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
