using CsCheck;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Modeling.Tests.Llama.Gguf;

public class GgufRoundTripTests
{
    private static readonly Gen<object> s_value = Gen.OneOf<object>(
        Gen.Byte.Select(v => (object)v), Gen.SByte.Select(v => (object)v), Gen.UShort.Select(v => (object)v), Gen.Short.Select(v => (object)v),
        Gen.UInt.Select(v => (object)v), Gen.Int.Select(v => (object)v), Gen.ULong.Select(v => (object)v), Gen.Long.Select(v => (object)v),
        Gen.Float.Select(v => (object)v), Gen.Double.Select(v => (object)v), Gen.Bool.Select(v => (object)v), Gen.String[Gen.Char.AlphaNumeric, 0, 20].Select(v => (object)v),
        Gen.String[Gen.Char.AlphaNumeric, 0, 9].Array[0, 6].Select(v => (object)v), Gen.Int.Array[0, 6].Select(v => (object)v),
        Gen.Float.Array[0, 6].Select(v => (object)v), Gen.Bool.Array[0, 6].Select(v => (object)v));

    private static readonly Gen<(long Rows, float[] Values)> s_tensor =
        Gen.Select(Gen.Long[1, 4], Gen.Int[1, 3]).SelectMany((rows, blocks) => Gen.Float[-100, 100].Array[(int)rows * blocks * 32].Select(values => (rows, values)));

    [Fact]
    public void What_was_written_is_read() => Gen.Select(s_value.Array[0, 5], s_tensor.Array[0, 4]).Sample((values, tensors) =>
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.gguf");
        var writer = new GgufWriter();
        for (var i = 0; i < values.Length; i++)
        {
            writer.Set($"key.{i}", values[i]);
        }

        for (var i = 0; i < tensors.Length; i++)
        {
            writer.Add($"t{i}", [tensors[i].Rows, tensors[i].Values.Length / tensors[i].Rows], tensors[i].Values);
        }

        writer.Write(path);
        using var file = GgufFile.Open(path);

        Assert.Equal(values.Length, file.Metadata.Keys.Count);
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(values[i], file.Metadata.Find($"key.{i}"));
        }

        Assert.Equal(tensors.Length, file.Tensors.Count);
        for (var i = 0; i < tensors.Length; i++)
        {
            Assert.Equal([tensors[i].Rows, tensors[i].Values.Length / tensors[i].Rows], file.Tensor($"t{i}").Shape);
            Assert.Equal(0, file.Tensor($"t{i}").Begin % 32);
            Assert.Equal(tensors[i].Values, file.ReadFloats($"t{i}"));
        }

        Assert.False(File.Exists(path + ".partial"));
    }, iter: 60);

    [Fact]
    public void Half_precision_and_eight_bits_come_back_within_their_rounding() => Gen.Float[-100, 100].Array[64].Sample(values =>
    {
        using var folder = new TemporaryFolder();
        new GgufWriter().Add("h", [2, 32], values, GgufTensorType.F16).AddQ8_0("q", [2, 32], values).Write(folder.File("a.gguf"));
        using var file = GgufFile.Open(folder.File("a.gguf"));
        var (half, eight) = (file.ReadFloats("h"), file.ReadFloats("q"));
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal((float)(Half)values[i], half[i]);
            var largest = values.Skip(i / 32 * 32).Take(32).Max(Math.Abs);
            Assert.InRange(Math.Abs(eight[i] - values[i]), 0, (largest / 127 * 0.5) + (largest * 1e-3) + 1e-7);
        }
    }, iter: 60);

    [Fact]
    public void A_large_tensor_is_dequantised_in_chunks_without_a_seam()
    {
        using var folder = new TemporaryFolder();
        var values = new float[(1 << 16) * 3 + 96];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (i % 255) - 127;
        }

        new GgufWriter().AddQ8_0("q", [values.Length], values).Write(folder.File("a.gguf"));
        using var file = GgufFile.Open(folder.File("a.gguf"));
        var read = file.ReadFloats("q");

        Assert.All(Enumerable.Range(0, values.Length), i => Assert.InRange(Math.Abs(values[i] - read[i]), 0, 0.6));
    }
}
