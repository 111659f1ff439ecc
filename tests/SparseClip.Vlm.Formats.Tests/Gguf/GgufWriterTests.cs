using CsCheck;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Formats.Tests.Gguf;

public class GgufWriterTests
{
    private static readonly Gen<object> s_value = Gen.OneOf<object>(
        Gen.Byte.Select(v => (object)v), Gen.Short.Select(v => (object)v), Gen.UInt.Select(v => (object)v), Gen.Long.Select(v => (object)v),
        Gen.Float.Select(v => (object)v), Gen.Double.Select(v => (object)v), Gen.Bool.Select(v => (object)v), Gen.String.Select(v => (object)v),
        Gen.String[Gen.Char.AlphaNumeric, 0, 9].Array[0, 6].Select(v => (object)v), Gen.Int.Array[0, 6].Select(v => (object)v));

    private static readonly Gen<(long Rows, float[] Values)> s_tensor =
        Gen.Select(Gen.Long[1, 4], Gen.Int[1, 40]).SelectMany((rows, columns) => Gen.Float[-100, 100].Array[(int)rows * columns].Select(values => (rows, values)));

    [Fact]
    public void What_was_written_is_read() => Gen.Select(s_value.Array[0, 5], s_tensor.Array[0, 4], Gen.Int[3, 8]).Sample((values, tensors, power) =>
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.gguf");
        var alignment = 1u << power;
        var writer = new GgufWriter().Set("general.alignment", alignment);
        for (var i = 0; i < values.Length; i++)
        {
            writer.Set($"key.{i}", values[i]);
        }

        for (var i = 0; i < tensors.Length; i++)
        {
            long[] shape = [tensors[i].Rows, tensors[i].Values.Length / tensors[i].Rows];
            writer.Add($"t{i}", shape, tensors[i].Values).Add($"h{i}", shape, tensors[i].Values, GgufTensorType.F16);
        }

        writer.Write(path);
        using var file = GgufFile.Open(path);

        Assert.Equal(values.Length + 1, file.Metadata.Keys.Count);
        Assert.All(Enumerable.Range(0, values.Length), i => Assert.Equal(values[i], file.Metadata.Find($"key.{i}")));
        Assert.Equal(2 * tensors.Length, file.Tensors.Count);
        Assert.All(file.Tensors, tensor => Assert.Equal(0, tensor.Begin % alignment));
        for (var i = 0; i < tensors.Length; i++)
        {
            Assert.Equal([tensors[i].Rows, tensors[i].Values.Length / tensors[i].Rows], file.Tensor($"t{i}").Shape);
            Assert.Equal(tensors[i].Values, file.Read<float>($"t{i}"));
            Assert.Equal(tensors[i].Values.Select(v => (Half)v), file.Read<Half>($"h{i}"));
        }
    }, iter: 100);

    [Fact]
    public void A_tensor_of_several_chunks_has_no_seam()
    {
        using var folder = new TemporaryFolder();
        float[] values = [.. Enumerable.Range(0, (1 << 16) * 2 + 7).Select(i => (float)(i % 2000))];
        new GgufWriter().Add("t", [values.Length], values).Add("h", [values.Length], values, GgufTensorType.F16).Write(folder.File("a.gguf"));

        using var file = GgufFile.Open(folder.File("a.gguf"));

        Assert.Equal(values, file.Read<float>("t"));
        Assert.Equal(values.Select(v => (Half)v), file.Read<Half>("h"));
    }

    [Fact]
    public void Encoded_tensors_are_written_as_they_are()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = [.. Enumerable.Range(0, 68).Select(i => (byte)i)];
        new GgufWriter().AddEncoded("q", [2, 32], bytes, GgufTensorType.Q8_0).Write(folder.File("a.gguf"));

        using var file = GgufFile.Open(folder.File("a.gguf"));

        Assert.Equal((GgufTensorType.Q8_0, 64), (file.Tensor("q").Type, file.Tensor("q").Count));
        Assert.Equal(bytes, file.Read<byte>("q"));
    }

    [Fact]
    public void The_file_takes_the_place_of_an_older_one_only_when_it_is_whole()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("new/a.gguf");
        new GgufWriter().Set("which", "older").Write(path);
        new GgufWriter().Set("which", "newer").Write(path);

        using var file = GgufFile.Open(path);

        Assert.Equal("newer", file.Metadata.Text("which"));
        Assert.False(File.Exists(path + ".partial"));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("a.gguf"));
        Assert.Contains("cannot be written", Assert.Throws<GgufException>(() => new GgufWriter().Write(folder.File("a.gguf"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_reader_could_use_is_refused()
    {
        var writer = new GgufWriter().Add("a", [2, 2], [1, 2, 3, 4]);
        Refused(() => writer.Add("a", [2, 2], [1, 2, 3, 4]), "already");
        Refused(() => writer.Add("b", [2, 3], [1, 2, 3, 4]), "[2, 3]");
        Refused(() => writer.Add("b", [1, 1, 1, 1, 4], [1, 2, 3, 4]), "1 to 4 dimensions");
        Refused(() => writer.Add("b", [0, 4], []), "above zero");
        Refused(() => writer.Add("b", [32], new float[32], GgufTensorType.Q8_0), "F32 or F16");
        Refused(() => writer.Add("b", [2], [1, 70_000], GgufTensorType.F16), "70000");
        Refused(() => writer.Add(new string('n', 64), [1], [1]), "63 bytes");
        Refused(() => writer.AddEncoded("b", [2, 2], new byte[34], GgufTensorType.Q8_0), "blocks of 32");
        Refused(() => writer.Set("c", new object()), "Object");
        Refused(() => writer.Set("c", new int[][] { [1] }), "arrays");
        Refused(() => writer.Set("general.alignment", 48u), "power of two");
    }

    private static void Refused(Action act, string why) =>
        Assert.Contains(why, Assert.Throws<ArgumentException>(act).Message, StringComparison.OrdinalIgnoreCase);
}
