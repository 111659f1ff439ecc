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
    public void Products_and_norms_are_those_of_the_dense_vectors() => Gen.Select(s_dense, s_dense).Sample((left, right) =>
    {
        var length = Math.Min(left.Length, right.Length);
        var (a, b) = (SparseCode.FromDense(left.AsSpan(0, length)), SparseCode.FromDense(right.AsSpan(0, length)));
        var dot = Enumerable.Range(0, length).Sum(i => (double)left[i] * right[i]);
        Assert.Equal(dot, a.Dot(b), 1e-3 * (1 + dot));
        Assert.Equal(a.Dot(b), b.Dot(a));
        Assert.InRange(a.Cosine(b), 0, 1.00001);
        Assert.Equal(a.L0 > 0 ? 1 : 0, a.Cosine(a), 5);
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
    public void What_no_ReLU_gives_is_refused()
    {
        Assert.Throws<ArgumentException>(() => SparseCode.FromDense([1f, -0.5f]));
        Assert.Throws<ArgumentException>(() => SparseCode.FromDense([float.NaN]));
        Assert.Throws<ArgumentException>(() => SparseCode.FromSorted(4, [2, 1], [1f, 1f]));
        Assert.Throws<ArgumentException>(() => SparseCode.FromSorted(4, [1, 1], [1f, 1f]));
        Assert.Throws<ArgumentException>(() => SparseCode.FromSorted(4, [4], [1f]));
        Assert.Throws<ArgumentException>(() => SparseCode.FromSorted(4, [1], [0f]));
        Assert.Throws<ArgumentException>(() => SparseCode.FromSorted(4, [1], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparseCode.Empty(4)[4]);
    }

    [Fact]
    public void A_picture_needs_a_code_for_each_patch_and_one_dimension()
    {
        Assert.Throws<ArgumentException>(() => new ImageCode(SparseCode.Empty(4), [SparseCode.Empty(4)], 2, 2));
        Assert.Throws<ArgumentException>(() => new ImageCode(SparseCode.Empty(4), [SparseCode.Empty(5)], 1, 1));
    }
}
