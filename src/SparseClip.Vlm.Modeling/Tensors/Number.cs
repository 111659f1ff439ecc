namespace SparseClip.Vlm.Modeling.Tensors;

/// <summary>
/// A number that meets a tensor in an operation of <see cref="Scalars"/>. A whole number leaves a tensor of whole numbers its element type;
/// a real one makes it floating point, as torch has it.
/// </summary>
public readonly struct Number
{
    private Number(bool isReal, double real, long whole) => (IsReal, Real, Whole) = (isReal, real, whole);

    /// <summary>Whether <see cref="Real"/> holds the value, not <see cref="Whole"/>.</summary>
    internal bool IsReal { get; }

    internal double Real { get; }

    internal long Whole { get; }

    /// <summary>A whole number.</summary>
    public static implicit operator Number(long value) => new(false, 0, value);

    /// <summary>A real number; of a float, too, every value is one of a double.</summary>
    public static implicit operator Number(double value) => new(true, value, 0);
}
