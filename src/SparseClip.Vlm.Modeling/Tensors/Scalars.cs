using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tensors;

// The file that eng/analyzers/BannedSymbols.txt sends all others to.
#pragma warning disable RS0030

/// <summary>
/// Operations between tensors and numbers. TorchSharp wraps the number, and hidden factors such as the <c>alpha</c> of every addition, in an object
/// that nothing holds while libtorch reads its native half; a collection at that moment frees it, and the call fails or reads freed memory. Here every
/// wrapper lives until libtorch is back: the <c>using</c> that frees it also holds it.
/// </summary>
public static class Scalars
{
    private static readonly Scalar Zero = 0L.ToScalar();
    private static readonly Scalar One = 1L.ToScalar();
    private static readonly Scalar Two = 2L.ToScalar();

    /// <summary>x + y.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    /// <inheritdoc cref="Plus(Tensor, Tensor)" />
    public static Tensor Plus(this Tensor x, double y) => x.PlusNumber(y);

    /// <inheritdoc cref="Plus(Tensor, Tensor)" />
    public static Tensor Plus(this Tensor x, long y) => x.PlusNumber(y);

    /// <summary>x += y, in place.</summary>
    public static Tensor PlusInPlace(this Tensor x, Tensor y) => x.add_(y, One);

    /// <summary>x += factor y, in place.</summary>
    public static Tensor PlusInPlace(this Tensor x, Tensor y, Number factor)
    {
        using var number = Of(factor);
        return x.add_(y, number);
    }

    /// <inheritdoc cref="PlusInPlace(Tensor, Tensor)" />
    public static Tensor PlusInPlace(this Tensor x, double y) => x.PlusNumberInPlace(y);

    /// <inheritdoc cref="PlusInPlace(Tensor, Tensor)" />
    public static Tensor PlusInPlace(this Tensor x, long y) => x.PlusNumberInPlace(y);

    /// <summary>x - y.</summary>
    public static Tensor Minus(this Tensor x, Number y)
    {
        using var number = Of(y);
        return x.sub(number);
    }

    /// <summary>x y.</summary>
    public static Tensor Times(this Tensor x, Number y)
    {
        using var number = Of(y);
        return x.mul(number);
    }

    /// <summary>x *= y, in place.</summary>
    public static Tensor TimesInPlace(this Tensor x, Number y)
    {
        using var number = Of(y);
        return x.mul_(number);
    }

    /// <summary>x / y, true division.</summary>
    public static Tensor Over(this Tensor x, Number y)
    {
        using var number = Of(y);
        return x.div(number);
    }

    /// <summary>x /= y, in place.</summary>
    public static Tensor OverInPlace(this Tensor x, Number y)
    {
        using var number = Of(y);
        return x.div_(number);
    }

    /// <summary>x[rows[i]] += y[i] for each i, in place.</summary>
    public static Tensor AddRowsInPlace(this Tensor x, Tensor rows, Tensor y) => x.index_add_(0, rows, y, One);

    /// <summary>x squared.</summary>
    public static Tensor Squared(this Tensor x) => x.pow(Two);

    /// <summary>x + factor y z.</summary>
    public static Tensor PlusProduct(this Tensor x, Tensor y, Tensor z, Number factor)
    {
        using var number = Of(factor);
        return x.addcmul(y, z, number);
    }

    /// <summary>x += factor y z, in place.</summary>
    public static Tensor PlusProductInPlace(this Tensor x, Tensor y, Tensor z, Number factor)
    {
        using var number = Of(factor);
        return x.addcmul_(y, z, number);
    }

    /// <summary>x += factor y / z, in place.</summary>
    public static Tensor PlusQuotientInPlace(this Tensor x, Tensor y, Tensor z, Number factor)
    {
        using var number = Of(factor);
        return x.addcdiv_(y, z, number);
    }

    /// <summary>The elements of x, those below <paramref name="least"/> raised to it.</summary>
    public static Tensor AtLeast(this Tensor x, Number least)
    {
        using var number = Of(least);
        return x.clamp_min(number);
    }

    /// <summary>The elements of x, those above <paramref name="most"/> lowered to it.</summary>
    public static Tensor AtMost(this Tensor x, Number most)
    {
        using var number = Of(most);
        return x.clamp_max(number);
    }

    /// <summary>The elements of x, moved into the range that ends at both numbers.</summary>
    public static Tensor Within(this Tensor x, Number least, Number most)
    {
        using var low = Of(least);
        using var high = Of(most);
        return x.clamp(low, high);
    }

    /// <summary><see cref="Within"/>, in place.</summary>
    public static Tensor WithinInPlace(this Tensor x, Number least, Number most)
    {
        using var low = Of(least);
        using var high = Of(most);
        return x.clamp_(low, high);
    }

    /// <summary>ReLU6, in place: unlike <see cref="WithinInPlace"/> it has no gradient at 0 and at 6.</summary>
    public static Tensor Relu6InPlace(this Tensor x)
    {
        using var six = Of(6);
        return x.hardtanh_(Zero, six);
    }

    /// <summary>x where the mask is false, the value where it is true.</summary>
    public static Tensor FilledWhere(this Tensor x, Tensor mask, Number value)
    {
        using var number = Of(value);
        return x.masked_fill(mask, number);
    }

    /// <summary>Sets the elements to the value where the mask is true.</summary>
    public static Tensor FillWhereInPlace(this Tensor x, Tensor mask, Number value)
    {
        using var number = Of(value);
        return x.masked_fill_(mask, number);
    }

    /// <summary>Sets every element to the value.</summary>
    public static Tensor FillInPlace(this Tensor x, Number value)
    {
        using var number = Of(value);
        return x.fill_(number);
    }

    /// <summary>Where x is above y.</summary>
    public static Tensor IsAbove(this Tensor x, Number y)
    {
        using var number = Of(y);
        return x.gt(number);
    }

    /// <summary>Where x is y or above.</summary>
    public static Tensor IsAtLeast(this Tensor x, Number y)
    {
        using var number = Of(y);
        return x.ge(number);
    }

    /// <summary>Where x is below y.</summary>
    public static Tensor IsBelow(this Tensor x, Number y)
    {
        using var number = Of(y);
        return x.lt(number);
    }

    /// <summary>Where x is y or below.</summary>
    public static Tensor IsAtMost(this Tensor x, Number y)
    {
        using var number = Of(y);
        return x.le(number);
    }

    /// <summary>Where x is y.</summary>
    public static Tensor IsEqualTo(this Tensor x, Number y)
    {
        using var number = Of(y);
        return x.eq(number);
    }

    /// <summary>A new tensor of that shape whose elements all are the value.</summary>
    public static Tensor Filled(ReadOnlySpan<long> shape, Number value, ScalarType type = ScalarType.Float32, Device? device = null)
    {
        using var number = Of(value);
        return full(shape, number, type, device);
    }

    /// <summary>A new tensor of the shape, type and device of x whose elements all are the value.</summary>
    public static Tensor FilledLike(this Tensor x, Number value)
    {
        using var number = Of(value);
        return full_like(x, number);
    }

    /// <summary>0, 1, ... up to, without, <paramref name="end"/>.</summary>
    public static Tensor Range(long end, ScalarType type = ScalarType.Int64, Device? device = null) => Range(0, end, 1, type, device);

    /// <summary>From <paramref name="start"/> in steps up to, without, <paramref name="end"/>.</summary>
    public static Tensor Range(long start, long end, long step = 1, ScalarType type = ScalarType.Int64, Device? device = null)
    {
        using var first = Of(start);
        using var last = Of(end);
        using var distance = Of(step);
        return arange(first, last, distance, type, device);
    }

    private static Tensor PlusNumber(this Tensor x, Number y)
    {
        using var number = Of(y);
        return x.add(number, One);
    }

    private static Tensor PlusNumberInPlace(this Tensor x, Number y)
    {
        using var number = Of(y);
        return x.add_(number, One);
    }

    private static Scalar Of(Number number) => number.IsReal ? number.Real.ToScalar() : number.Whole.ToScalar();
}
