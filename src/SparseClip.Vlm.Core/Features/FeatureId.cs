namespace SparseClip.Vlm.Core.Features;

/// <summary>The index of a feature of the sparse head: 0 to D - 1. Meaningful only together with the tower that made it.</summary>
public readonly record struct FeatureId(int Value) : IComparable<FeatureId>
{
    /// <inheritdoc />
    public int CompareTo(FeatureId other) => Value.CompareTo(other.Value);

    /// <inheritdoc />
    public override string ToString() => Value.ToString();

    /// <summary>By the index.</summary>
    public static bool operator <(FeatureId left, FeatureId right) => left.Value < right.Value;

    /// <summary>By the index.</summary>
    public static bool operator >(FeatureId left, FeatureId right) => left.Value > right.Value;

    /// <summary>By the index.</summary>
    public static bool operator <=(FeatureId left, FeatureId right) => left.Value <= right.Value;

    /// <summary>By the index.</summary>
    public static bool operator >=(FeatureId left, FeatureId right) => left.Value >= right.Value;
}
