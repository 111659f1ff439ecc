namespace SparseClip.Vlm.Core.Codes;

/// <summary>
/// A sparse, non-negative vector of dimension D: strictly ascending indices and their values, all finite and above zero.
/// Immutable; two codes are equal when every index and every bit of every value is.
/// </summary>
public sealed class SparseCode : IEquatable<SparseCode>
{
    private readonly int[] _indices;
    private readonly float[] _values;

    private SparseCode(int dimension, int[] indices, float[] values)
    {
        Dimension = dimension;
        _indices = indices;
        _values = values;
    }

    /// <summary>D, the number of features of the head.</summary>
    public int Dimension { get; }

    /// <summary>The number of active features (a count, not a fraction).</summary>
    public int L0 => _indices.Length;

    /// <summary>The Euclidean length of the code; 0 where nothing is active.</summary>
    public float Norm => (float)Math.Sqrt(_values.Sum(value => (double)value * value));

    /// <summary>The active features, ascending. [L0]</summary>
    public ReadOnlySpan<int> Indices => _indices;

    /// <summary>Their values, above zero. [L0]</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The value of feature <paramref name="index"/>; 0 when it is not active.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside 0..D-1.</exception>
    public float this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Dimension);
            var at = Array.BinarySearch(_indices, index);
            return at >= 0 ? _values[at] : 0f;
        }
    }

    /// <summary>Keeps the entries of a dense vector [D] that are above zero.</summary>
    /// <exception cref="ArgumentException">A value is negative or not finite: the vector is no output of a ReLU.</exception>
    public static SparseCode FromDense(ReadOnlySpan<float> dense)
    {
        var count = 0;
        for (var i = 0; i < dense.Length; i++)
        {
            if (!float.IsFinite(dense[i]) || dense[i] < 0)
            {
                throw new ArgumentException($"Entry {i} is {dense[i]}; a sparse code holds finite values of zero or more.", nameof(dense));
            }

            if (dense[i] > 0)
            {
                count++;
            }
        }

        var indices = new int[count];
        var values = new float[count];
        for (int i = 0, at = 0; i < dense.Length; i++)
        {
            if (dense[i] > 0)
            {
                indices[at] = i;
                values[at++] = dense[i];
            }
        }

        return new SparseCode(dense.Length, indices, values);
    }

    /// <summary>Takes strictly ascending indices and their values; copies both.</summary>
    /// <exception cref="ArgumentException">Lengths differ, an index is out of order or out of range, or a value is not finite and above zero.</exception>
    public static SparseCode FromSorted(int dimension, ReadOnlySpan<int> indices, ReadOnlySpan<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        if (indices.Length != values.Length)
        {
            throw new ArgumentException($"{indices.Length} indices but {values.Length} values.", nameof(values));
        }

        var previous = -1;
        for (var i = 0; i < indices.Length; i++)
        {
            if (indices[i] <= previous || indices[i] >= dimension)
            {
                throw new ArgumentException($"Index {indices[i]} at place {i} is not above {previous} and below {dimension}.", nameof(indices));
            }

            if (!float.IsFinite(values[i]) || values[i] <= 0)
            {
                throw new ArgumentException($"The value of feature {indices[i]} is {values[i]}; it must be finite and above zero.", nameof(values));
            }

            previous = indices[i];
        }

        return new SparseCode(dimension, indices.ToArray(), values.ToArray());
    }

    /// <summary>The code at length 1.</summary>
    /// <exception cref="ArgumentException">Nothing is active.</exception>
    public SparseCode ToUnit()
    {
        var length = Norm;
        return FromSorted(Dimension, _indices, [.. _values.Select(value => value / length)]);
    }

    /// <summary>The inner product with another code of the same dimension; the cosine where both are of length 1.</summary>
    public float Dot(SparseCode other)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Dimension, Dimension, nameof(other));
        float sum = 0;
        for (int i = 0, j = 0; i < _indices.Length && j < other._indices.Length;)
        {
            var (mine, theirs) = (_indices[i], other._indices[j]);
            sum += mine == theirs ? _values[i] * other._values[j] : 0;
            i += mine <= theirs ? 1 : 0;
            j += theirs <= mine ? 1 : 0;
        }

        return sum;
    }

    /// <summary>Writes the code into a dense vector [D]; entries that are not active become zero.</summary>
    public void CopyTo(Span<float> dense)
    {
        if (dense.Length != Dimension)
        {
            throw new ArgumentException($"The destination has {dense.Length} entries, the code {Dimension}.", nameof(dense));
        }

        dense.Clear();
        for (var i = 0; i < _indices.Length; i++)
        {
            dense[_indices[i]] = _values[i];
        }
    }

    /// <inheritdoc />
    public bool Equals(SparseCode? other) =>
        other is not null && Dimension == other.Dimension
        && _indices.AsSpan().SequenceEqual(other._indices)
        && System.Runtime.InteropServices.MemoryMarshal.AsBytes(_values.AsSpan())
            .SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(other._values.AsSpan()));

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as SparseCode);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Dimension);
        foreach (var index in _indices)
        {
            hash.Add(index);
        }

        return hash.ToHashCode();
    }
}
