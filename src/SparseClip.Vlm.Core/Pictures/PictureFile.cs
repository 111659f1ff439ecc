using System.Security.Cryptography;

namespace SparseClip.Vlm.Core.Pictures;

/// <summary>A picture file and its id, which is told by its bytes: files of the same bytes are one picture, whatever they are called and wherever they come from.</summary>
public sealed class PictureFile
{
    /// <summary>Takes a file and hashes it, the one time that its bytes are hashed.</summary>
    /// <param name="bytes">The whole file; nobody may write to it from now on.</param>
    public PictureFile(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        Bytes = bytes;
        Id = Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    /// <summary>SHA-256 of the file: 64 lower-case hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>The whole file.</summary>
    public byte[] Bytes { get; }

    /// <summary>Whether a text has the form of a picture's id.</summary>
    public static bool IsId(string text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);
}
