using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SparseClip.Vlm.Server.Access;

/// <summary>
/// The text of keys: <c>sc-</c> and 32 random bytes in base64url, 46 characters. A key is kept as its SHA-256: slow hashes with salts guard passwords, which people choose and which can be guessed one after the other; 256 random bits cannot.
/// </summary>
public static class ApiKeyText
{
    private const string Prefix = "sc-";
    private const int Bytes = 32;

    /// <summary>Draws a key.</summary>
    public static string Draw() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The hash by which a text is known again, 64 lower-case hexadecimal digits.</summary>
    public static string HashOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The key of a text among some; null for none. The time that it takes tells nothing about the hashes: every one is compared, and each to its end.</summary>
    public static ApiKey? Find(string text, IReadOnlyList<ApiKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var sought = Encoding.ASCII.GetBytes(HashOf(text));
        ApiKey? found = null;
        foreach (var key in keys)
        {
            if (CryptographicOperations.FixedTimeEquals(sought, Encoding.ASCII.GetBytes(key.Hash)))
            {
                found = key;
            }
        }

        return found;
    }
}
