using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Vision;

public sealed class PointwiseProductTests
{
    [Theory]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.BFloat16, 3e-2)]
    public void It_is_the_convolution_and_so_are_its_gradients(ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = ChannelsLast.Of(randn(2, 6, 3, 4)).requires_grad_();
        var weight = (randn(5, 6, 1, 1) / Math.Sqrt(6)).requires_grad_();
        var upstream = randn(2, 5, 3, 4);

        var expected = nn.functional.conv2d(x, weight);
        var expectedGradients = autograd.grad([expected], [x, weight], [upstream]);
        var product = PointwiseProduct.Of(x, weight, type);
        var gradients = autograd.grad([product], [x, weight], [upstream]);

        Assert.Equal(ScalarType.Float32, product.dtype);
        Assert.True(Close(expected, product));
        Assert.True(Close(expectedGradients[0], gradients[0]));
        Assert.True(Close(expectedGradients[1], gradients[1]));

        bool Close(Tensor a, Tensor b) => (a - b).abs().max().item<float>() <= tolerance * a.abs().max().item<float>();
    }
}
