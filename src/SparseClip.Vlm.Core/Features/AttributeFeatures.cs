using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Core.Features;

/// <summary>Features of a tower whose meaning is given and not learned: the basic colours, then how many things there are.</summary>
/// <param name="First">The first of them: that of the first colour.</param>
public sealed record AttributeFeatures(int First)
{
    /// <summary>How many there are.</summary>
    public static int Count => ColourNames.All.Count + Numbers.Count;

    /// <summary>The numbers of things that are told apart; the first is one.</summary>
    public static IReadOnlyList<string> Numbers { get; } = [.. Enumerable.Range(1, 4).Select(Noun.Number)];

    /// <summary>What the features are called, in their order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ColourNames.All, .. Numbers];

    /// <summary>The colour's feature.</summary>
    /// <param name="colour">Its place in <see cref="ColourNames.All"/>.</param>
    public int Colour(int colour) => First + colour;

    /// <summary>The feature of a number of things.</summary>
    /// <param name="count">1 to 4.</param>
    public int Number(int count) => First + ColourNames.All.Count + count - 1;

    /// <summary>Whether a feature is one of them.</summary>
    public bool Contains(int feature) => feature >= First && feature < First + Count;

    /// <summary>A code without them.</summary>
    public SparseCode Without(SparseCode code)
    {
        ArgumentNullException.ThrowIfNull(code);
        var kept = Enumerable.Range(0, code.L0).Where(i => !Contains(code.Indices[i])).ToArray();
        return SparseCode.FromSorted(code.Dimension, [.. kept.Select(i => code.Indices[i])], [.. kept.Select(i => code.Values[i])]);
    }

    /// <summary>What is wrong with them in a tower of so many features; null if nothing is.</summary>
    public string? Problem(int dimension) => First >= 0 && First <= dimension - Count
        ? null
        : $"attributes.first is {First}: the {Count} features from there on are more than the {dimension} that there are";
}
