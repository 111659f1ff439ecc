using SparseClip.Vlm.Modeling.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Tensors;

/// <summary>Each operation against what torch computes when the number is a tensor of one element.</summary>
public sealed class ScalarsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _x = tensor([-2.5f, -0.5f, 0f, 0.75f, 3f]);
    private readonly Tensor _y = tensor([1f, -1f, 2f, 4f, 0.5f]);

    public void Dispose()
    {
        _x.Dispose();
        _y.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Arithmetic_is_torchs()
    {
        Same([-1.5f, -1.5f, 2f, 4.75f, 3.5f], _x.Plus(_y));
        Same([-2f, 0f, 0.5f, 1.25f, 3.5f], _x.Plus(0.5));
        Same([-3f, -1f, -0.5f, 0.25f, 2.5f], _x.Minus(0.5));
        Same([-7.5f, -1.5f, 0f, 2.25f, 9f], _x.Times(3));
        Same([-1.25f, -0.25f, 0f, 0.375f, 1.5f], _x.Over(2));
        Same([6.25f, 0.25f, 0f, 0.5625f, 9f], _x.Squared());
        Same([-7.5f, 0.5f, 0f, 6.75f, 6f], _x.PlusProduct(_x, _y, 2));
    }

    [Fact]
    public void In_place_operations_change_the_tensor_itself()
    {
        Same([-1.5f, -1.5f, 2f, 4.75f, 3.5f], Changed(x => x.PlusInPlace(_y)));
        Same([-2f, 0f, 0.5f, 1.25f, 3.5f], Changed(x => x.PlusInPlace(0.5)));
        Same([-7.5f, -1.5f, 0f, 2.25f, 9f], Changed(x => x.TimesInPlace(3)));
        Same([-2f, -1f, 1f, 2.75f, 3.25f], Changed(x => x.PlusInPlace(_y, 0.5)));
        Same([-2.5f, -0.5f, 0f, 1.75f, 2.5f], Changed(x => x.AddRowsInPlace(tensor([3L, 4L]), tensor([1f, -0.5f]))));
        Same([-1.25f, -0.25f, 0f, 0.375f, 1.5f], Changed(x => x.OverInPlace(2)));
        Same([-7.5f, 0.5f, 0f, 6.75f, 6f], Changed(x => x.PlusProductInPlace(_x, _y, 2)));
        Same([-7.5f, 0.5f, 0f, 1.125f, 15f], Changed(x => x.PlusQuotientInPlace(_x, _y, 2)));
        Same([-1f, -0.5f, 0f, 0.75f, 1f], Changed(x => x.WithinInPlace(-1, 1)));
        Same([0f, 0f, 0f, 0.75f, 3f], Changed(x => x.Relu6InPlace()));
        Same([7f, 7f, 7f, 7f, 7f], Changed(x => x.FillInPlace(7)));
        Same([9f, 9f, 0f, 0.75f, 3f], Changed(x => x.FillWhereInPlace(x.IsBelow(0), 9)));
    }

    [Fact]
    public void Limits_and_masks_are_torchs()
    {
        Same([-1f, -0.5f, 0f, 0.75f, 3f], _x.AtLeast(-1));
        Same([-2.5f, -0.5f, 0f, 0.75f, 1f], _x.AtMost(1));
        Same([-1f, -0.5f, 0f, 0.75f, 1f], _x.Within(-1, 1));
        Same([-2.5f, -0.5f, 0f, 9f, 9f], _x.FilledWhere(_x.IsAbove(0), 9));
    }

    [Fact]
    public void Comparisons_are_torchs()
    {
        Assert.Equal([false, false, false, true, true], _x.IsAbove(0).data<bool>().ToArray());
        Assert.Equal([false, false, true, true, true], _x.IsAtLeast(0).data<bool>().ToArray());
        Assert.Equal([true, true, false, false, false], _x.IsBelow(0).data<bool>().ToArray());
        Assert.Equal([true, true, true, false, false], _x.IsAtMost(0).data<bool>().ToArray());
        Assert.Equal([false, false, true, false, false], _x.IsEqualTo(0).data<bool>().ToArray());
    }

    [Fact]
    public void A_whole_number_leaves_whole_numbers_their_type_and_a_real_one_does_not()
    {
        var whole = tensor([1L, 2L]);

        Assert.Equal(ScalarType.Int64, whole.Plus(1).Times(2).Minus(1).dtype);
        Assert.Equal(ScalarType.Int64, whole.clone().PlusInPlace(1).dtype);
        Assert.Equal(ScalarType.Float32, whole.Plus(0.5).dtype);
        Assert.Equal(ScalarType.Float32, whole.Times(0.5f).dtype);
        Assert.Equal(ScalarType.Float32, whole.Over(2).dtype);
    }

    [Fact]
    public void New_tensors_hold_what_was_asked_for()
    {
        Assert.Equal([2.5f, 2.5f], Scalars.Filled([2], 2.5).data<float>().ToArray());
        Same([2f, 2f, 2f, 2f, 2f], _x.FilledLike(2));
        Assert.Equal([0L, 1L, 2L], Scalars.Range(3).data<long>().ToArray());
        Assert.Equal([1L, 3L], Scalars.Range(1, 5, 2).data<long>().ToArray());
        Assert.Equal([0.0, 1.0], Scalars.Range(2, ScalarType.Float64).data<double>().ToArray());
    }

    private Tensor Changed(Func<Tensor, Tensor> operation)
    {
        var x = _x.clone();
        _ = operation(x);
        return x;
    }

    private static void Same(float[] expected, Tensor actual) => Assert.Equal(expected, actual.data<float>().ToArray());
}
