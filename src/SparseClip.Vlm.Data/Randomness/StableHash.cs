using System.Text;

namespace SparseClip.Vlm.Data.Randomness;

/// <summary>A hash that is the same in every process and on every machine, for splits that must not depend on the build.</summary>
public static class StableHash
{
    /// <summary>FNV-1a, 32 bits, of the UTF-8 bytes (Fowler, Noll and Vo 1991).</summary>
    public static uint Fnv1a(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        uint hash = 2166136261;
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ b) * 16777619;
        }

        return hash;
    }
}
