using System.Numerics;

namespace SparseClip.Vlm.Data.Randomness;

/// <summary>
/// xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64. Unlike System.Random its stream is ours to keep: the same seed gives
/// the same pictures on every version of the runtime. Not thread-safe; one instance a picture.
/// </summary>
public sealed class SeededRandom
{
    private ulong s0, s1, s2, s3;

    /// <summary>A stream named by any numbers, such as (seed, step, position in the batch).</summary>
    public SeededRandom(long seed, long step = 0, long position = 0)
    {
        var mix = Mix((ulong)seed);
        mix = Mix(mix ^ (ulong)step);
        mix = Mix(mix ^ (ulong)position);
        (s0, s1, s2, s3) = (Mix(mix + 1), Mix(mix + 2), Mix(mix + 3), Mix(mix + 4));
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>In [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>In [0, <paramref name="below"/>).</summary>
    public int Next(int below)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(below, 1);
        return (int)Math.BigMul(NextUInt64(), (ulong)below, out _);
    }

    /// <summary>In [<paramref name="low"/>, <paramref name="high"/>), either order of the bounds allowed.</summary>
    public float Range(float low, float high) => (float)(low + ((high - low) * NextDouble()));

    /// <summary>Normal with mean 0 (Box and Muller 1958).</summary>
    public float Normal(float deviation)
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return (float)(deviation * radius * Math.Cos(2 * Math.PI * NextDouble()));
    }

    /// <summary>True as often as the probability says, 0..1.</summary>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>One of the items, each as likely as the others.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>Fisher and Yates.</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
