namespace SparseClip.Vlm.Data.Shards;

/// <summary>What tars of others bring along, and what is given for one and is none.</summary>
internal static class TarSanity
{
    /// <summary>Headers and the end mark are blocks of this size, and contents fill whole ones.</summary>
    public const int Block = 512;

    private static readonly (byte[] Magic, string Told)[] s_others =
    [
        ([0x1f, 0x8b], "it is compressed by gzip, and pictures are read at any place of it; decompress it first ('gunzip')"),
        ([0x28, 0xb5, 0x2f, 0xfd], "it is compressed by Zstandard, and pictures are read at any place of it; decompress it first ('unzstd')"),
        ("BZh"u8.ToArray(), "it is compressed by bzip2, and pictures are read at any place of it; decompress it first ('bunzip2')"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "it is compressed by xz, and pictures are read at any place of it; decompress it first ('unxz')"),
        ("PK\u0003\u0004"u8.ToArray(), "it is a zip; unpack it and make a tar of what is in it ('tar cf')"),
    ];

    /// <summary>
    /// Whether a member or file holds what macOS notes beside the real ones: AppleDouble (<c>._x</c> beside <c>x</c>), <c>.DS_Store</c>, <c>__MACOSX/</c>.
    /// </summary>
    /// <param name="name">The path, with forward slashes.</param>
    public static bool IsSidecar(string name)
    {
        var parts = name.Split('/');
        return parts[^1].StartsWith("._", StringComparison.Ordinal) || parts[^1] == ".DS_Store" || parts.Contains("__MACOSX", StringComparer.Ordinal);
    }

    /// <summary>Why a file is no plain tar by its first bytes, and what to do; null if it may be one. The stream is at its start again.</summary>
    public static string? Problem(FileStream file)
    {
        Span<byte> head = stackalloc byte[8];
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        if (head.IsEmpty)
        {
            return "it is empty; get it again";
        }

        foreach (var (magic, told) in s_others)
        {
            if (head.StartsWith(magic))
            {
                return told;
            }
        }

        return null;
    }
}
