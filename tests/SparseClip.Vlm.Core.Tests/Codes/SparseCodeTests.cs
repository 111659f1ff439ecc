using CsCheck;
using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Core.Tests.Codes;

public class SparseCodeTests
{
    /// <summary>Vectors as a ReLU leaves them: most entries zero.</summary>
    private static readonly Gen<float[]> s_dense = Gen.Select(Gen.Float[0.001f, 10f], Gen.Int[0, 3], (value, choice) => choice == 0 ? value : 0f).Array[1, 60];

    [Fact]
    public void A_dense_vector_comes_back_as_it_was() => s_dense.Sample(dense =>
    {
        var back = new float[dense.Length];
        SparseCode.FromDense(dense).CopyTo(back);
        Assert.Equal(dense, back);
    });

    [Fact]
    public void Indices_are_ascending_values_above_zero_and_lookups_agree() => s_dense.Sample(dense =>
    {
        var code = SparseCode.FromDense(dense);
        Assert.Equal(dense.Count(value => value > 0), code.L0);
        Assert.Equal(code.Indices.ToArray().Distinct().Order(), code.Indices.ToArray());
        for (var i = 0; i < dense.Length; i++)
        {
            Assert.Equal(dense[i], code[i]);
        }
    });

    [Fact]
    public void The_inner_product_is_that_of_the_vectors() => Gen.Select(s_dense, s_dense).Sample((a, b) =>
    {
        var length = Math.Min(a.Length, b.Length);
        var (one, other) = (SparseCode.FromDense(a.AsSpan(0, length)), SparseCode.FromDense(b.AsSpan(0, length)));
        var expected = a.Take(length).Zip(b, (x, y) => (double)x * y).Sum();
        Assert.Equal(expected, one.Dot(other), Math.Max(1e-4, expected * 1e-5));
        Assert.Equal(one.Dot(other), other.Dot(one));
    });

    [Fact]
    public void Codes_are_equal_exactly_when_their_vectors_are() => Gen.Select(s_dense, Gen.Int[0, 59]).Sample((dense, place) =>
    {
        var code = SparseCode.FromDense(dense);
        var same = SparseCode.FromSorted(dense.Length, code.Indices, code.Values);
        Assert.Equal(code, same);
        Assert.Equal(code.GetHashCode(), same.GetHashCode());
        var changed = dense.ToArray();
        changed[place % dense.Length] += 0.5f;
        Assert.NotEqual(code, SparseCode.FromDense(changed));
    });

    [Fact]
    public void A_code_is_not_equal_to_nothing_nor_to_one_of_another_dimension_or_other_features()
    {
        var code = SparseCode.FromDense([1f, 0f, 2f]);
        Assert.False(code.Equals(null));
        Assert.NotEqual(code, SparseCode.FromDense([1f, 0f, 2f, 0f]));
        Assert.NotEqual(code, SparseCode.FromDense([1f, 2f, 0f]));
    }

    [Fact]
    public void The_norm_is_the_Euclidean_length()
    {
        Assert.Equal(5f, SparseCode.FromDense([3f, 0f, 4f]).Norm);
        Assert.Equal(0f, SparseCode.FromDense([0f, 0f]).Norm);
    }

    [Fact]
    public void A_vector_of_another_dimension_is_refused()
    {
        var code = SparseCode.FromDense([1f, 0f, 2f]);
        Assert.Throws<ArgumentException>(() => code.CopyTo(new float[4]));
    }

    [Fact]
    public void What_no_ReLU_gives_is_refused()
    {
        Assert.Throws<ArgumentException>(() => SparseCode.FromDense([1f, -0.5f]));
        Assert.Throws<ArgumentException>(() => SparseCode.FromDense([float.NaN]));
        Assert.Throws<ArgumentException>(() => SparseCode.FromSorted(4, [2, 1], [1f, 1f]));
        Assert.Throws<ArgumentException>(() => SparseCode.FromSorted(4, [1, 1], [1f, 1f]));
        Assert.Throws<ArgumentException>(() => SparseCode.FromSorted(4, [4], [1f]));
        Assert.Throws<ArgumentException>(() => SparseCode.FromSorted(4, [1], [0f]));
        Assert.Throws<ArgumentException>(() => SparseCode.FromSorted(4, [1], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparseCode.FromDense(new float[4])[4]);
    }

    [Fact]
    public void A_picture_needs_a_code_for_each_patch_and_one_dimension()
    {
        Assert.Throws<ArgumentException>(() => new ImageCode(SparseCode.FromDense(new float[4]), [SparseCode.FromDense(new float[4])], 2, 2));
        Assert.Throws<ArgumentException>(() => new ImageCode(SparseCode.FromDense(new float[4]), [SparseCode.FromDense(new float[5])], 1, 1));
    }
}
