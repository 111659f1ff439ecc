using CsCheck;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Inference.Adapting;

namespace SparseClip.Vlm.Inference.Tests.Adapting;

public class SparseLinearTests
{
    [Fact]
    public void The_sparse_gather_equals_the_dense_product() => Gen.Select(
        Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[0, 1000], Gen.Float[0.1f, 4f]).Sample((inputs, outputs, seed, scale) =>
    {
        var random = new Random(seed);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
        var (weight, bias) = (Draw(inputs * outputs), Draw(outputs));
        float[] dense = [.. Draw(inputs).Select(value => random.Next(3) == 0 ? Math.Abs(value) : 0f)];
        var product = new float[outputs];
        SparseLinear.FromRows(weight, bias).Multiply(SparseCode.FromDense(dense), scale, product);
        for (var row = 0; row < outputs; row++)
        {
            var expected = bias[row] + Enumerable.Range(0, inputs).Sum(column => (double)weight[(row * inputs) + column] * dense[column] * scale);
            Assert.Equal(expected, product[row], 1e-4);
        }
    });

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => SparseLinear.FromRows(new float[7], new float[2]));
        var layer = SparseLinear.FromRows(new float[6], new float[2]);
        Assert.Throws<ArgumentException>(() => layer.Multiply(SparseCode.FromDense(new float[4]), 1, new float[2]));
        Assert.Throws<ArgumentException>(() => layer.Multiply(SparseCode.FromDense(new float[3]), 1, new float[3]));
    }
}
