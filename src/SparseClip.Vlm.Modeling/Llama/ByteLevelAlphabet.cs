using System.Text;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>
/// The alphabet of byte-level BPE (GPT-2): printable Latin-1 bytes stand for themselves, the others for U+0100 and up in order, so that every
/// token is visible text.
/// </summary>
internal static class ByteLevelAlphabet
{
    private static readonly Dictionary<char, byte> s_bytes = Build();

    /// <summary>Its 256 characters in ascending order, in which byte-level vocabularies begin with them.</summary>
    public static IEnumerable<char> Characters => s_bytes.Keys.Order();

    /// <summary>Appends the bytes that a token stands for; a character outside the alphabet stands for its own UTF-8.</summary>
    public static void AddBytes(string token, List<byte> bytes)
    {
        foreach (var character in token)
        {
            if (s_bytes.TryGetValue(character, out var value))
            {
                bytes.Add(value);
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes([character]));
            }
        }
    }

    private static Dictionary<char, byte> Build()
    {
        var map = new Dictionary<char, byte>();
        var next = 256;
        for (var b = 0; b < 256; b++)
        {
            var isPrintable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            map[(char)(isPrintable ? b : next++)] = (byte)b;
        }

        return map;
    }
}
