namespace SparseClip.Vlm.Core.Models;

/// <summary>The types of weights, by llama.cpp's names, that a language model can be computed in instead of its file's own.</summary>
public static class WeightTypes
{
    /// <summary>4 bits and a scale for each 32 weights, which llama.cpp computes fastest.</summary>
    public const string Q4 = "q4_0";

    /// <summary>8 bits and a scale for each 32 weights.</summary>
    public const string Q8 = "q8_0";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Q4, Q8];
}
