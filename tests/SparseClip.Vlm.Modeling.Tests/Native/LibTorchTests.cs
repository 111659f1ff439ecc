using TorchSharp;

namespace SparseClip.Vlm.Modeling.Tests.Native;

/// <summary>The native library loads on this system and computes; everything else in this project rests on that.</summary>
public class LibTorchTests
{
    [Fact]
    public void A_matrix_product_equals_the_one_computed_by_hand()
    {
        using var scope = torch.NewDisposeScope();
        var a = torch.tensor(new float[] { 1, 2, 3, 4, 5, 6 }, [2, 3]);
        var b = torch.tensor(new float[] { 7, 8, 9, 10, 11, 12 }, [3, 2]);

        var product = torch.matmul(a, b);

        Assert.Equal([2, 2], product.shape);
        Assert.Equal([58f, 64f, 139f, 154f], product.data<float>().ToArray());
    }

    [Fact]
    public void An_error_of_the_native_library_arrives_as_an_exception()
    {
        using var scope = torch.NewDisposeScope();
        var a = torch.zeros(2, 3);
        var b = torch.zeros(4, 5);

        var error = Assert.ThrowsAny<Exception>(() => a + b);

        Assert.Contains("must match", error.Message, StringComparison.Ordinal);
    }
}
