using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(ScalarType.Float32, 0)]
    [InlineData(ScalarType.Float16, 1e-3)]
    [InlineData(ScalarType.BFloat16, 1e-2)]
    public void What_is_written_is_read_again(ScalarType type, double relativeError)
    {
        using var scope = NewDisposeScope();
        var values = randn(3, 4, 5).permute(2, 0, 1); // not contiguous, as channels-last weights are
        SafetensorsWriter.Write(folder.File("a"), [new("x", values), new("count", tensor(7L))], new Dictionary<string, string> { ["config"] = "{\"d\": 5}" }, _ => type);

        using var file = SafetensorsFile.Open(folder.File("a"));
        Assert.Equal(type, file.Load("x").dtype);
        Assert.Equal([5, 3, 4], file.Entry("x").Shape);
        var difference = (file.Load("x", ScalarType.Float32) - values).abs() - (values.abs() * relativeError);
        Assert.True(difference.max().item<float>() <= 1e-6);
        Assert.Equal(file.Load("x", ScalarType.Float32).data<float>().ToArray(), file.LoadFloats("x"));
        Assert.Equal(7L, file.Load("count").item<long>());
        Assert.Empty(file.Entry("count").Shape);
        Assert.Equal("{\"d\": 5}", file.Metadata["config"]);
        Assert.False(File.Exists(folder.File("a.partial")));
    }

    [Theory]
    [InlineData(ScalarType.Float32, float.NaN)]
    [InlineData(ScalarType.Float16, float.NaN)]
    [InlineData(ScalarType.BFloat16, float.PositiveInfinity)]
    [InlineData(ScalarType.Float32, float.NegativeInfinity)]
    [InlineData(ScalarType.Float16, 1e6f)] // more than half precision holds
    public void Values_that_are_not_finite_are_refused_with_the_tensors_name(ScalarType type, float bad)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(folder.File("a"), [new("sound", ones(4)), new("layer.weight", tensor(new float[] { 1, 2, bad, 4 }))], storeAs: _ => type);
        using var file = SafetensorsFile.Open(folder.File("a"));
        Assert.Equal([1f, 1f, 1f, 1f], file.LoadFloats("sound"));
        foreach (var read in (Action[])[() => file.Load("layer.weight"), () => file.LoadFloats("layer.weight"), file.RequireFinite])
        {
            var error = Assert.Throws<CheckpointException>(read);
            Assert.Equal("layer.weight", error.Tensor);
            Assert.Contains("not finite", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Equal_content_gives_equal_bytes_in_any_order()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (randn(2, 3), tensor(new long[] { 1, 2 }));
        SafetensorsWriter.Write(folder.File("a"), [new("x", x), new("y", y)]);
        SafetensorsWriter.Write(folder.File("b"), [new("y", y), new("x", x)]);
        Assert.Equal(File.ReadAllBytes(folder.File("a")), File.ReadAllBytes(folder.File("b")));
    }

    [Fact]
    public void A_missing_file_says_so() =>
        Assert.Contains("does not exist", Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(folder.File("no.safetensors"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_tensor_is_named()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(folder.File("a"), [new("x", zeros(1))]);
        using var file = SafetensorsFile.Open(folder.File("a"));
        var error = Assert.Throws<CheckpointException>(() => file.Load("y"));
        Assert.Equal("y", error.Tensor);
        Assert.Equal(folder.File("a"), error.File);
    }

    [Theory]
    [InlineData("", "lie outside", """{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", 12)]
    [InlineData("x", "overlaps", """{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"x":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12)]
    [InlineData("x", "belong to no tensor", """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12)]
    [InlineData(null, "belong to no tensor", """{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 12)]
    [InlineData("x", "names it twice", """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8)]
    [InlineData("x", "not supported", """{"x":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", 4)]
    [InlineData("x", "not supported", """{"x":{"dtype":"1","shape":[1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("x", "needs 8 bytes", """{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4)]
    [InlineData("x", "absurdly large", """{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}""", 4)]
    [InlineData("x", "lacks", """{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("x", "lacks", """{"x":{"dtype":"F32","shape":[1]}}""", 4)]
    [InlineData("x", "lacks", """{"x":3}""", 4)]
    [InlineData(null, "not a JSON object", "[]", 0)]
    [InlineData(null, "not JSON", "{\"x\"", 0)]
    [InlineData(null, "not a string", """{"__metadata__":{"a":1}}""", 0)]
    public void A_damaged_header_is_refused(string? tensor, string problem, string header, int dataBytes)
    {
        var json = System.Text.Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(folder.File("bad"), [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. new byte[dataBytes]]);
        var error = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(folder.File("bad")));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.File("bad"), error.Message, StringComparison.Ordinal);
        if (!string.IsNullOrEmpty(tensor))
        {
            Assert.Equal(tensor, error.Tensor);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    public void A_header_length_beyond_the_file_is_refused(int length)
    {
        File.WriteAllBytes(folder.File("bad"), Enumerable.Repeat((byte)255, length).ToArray());
        Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(folder.File("bad")));
    }

    [Fact]
    public void Any_damage_to_a_file_is_an_error_or_harmless()
    {
        using (var scope = NewDisposeScope())
        {
            SafetensorsWriter.Write(folder.File("a"), [new("x", randn(4, 4)), new("y", randn(3).to_type(ScalarType.Float16))]);
        }

        var good = File.ReadAllBytes(folder.File("a"));
        CsCheck.Gen.Select(CsCheck.Gen.Int[0, good.Length - 1], CsCheck.Gen.Byte, CsCheck.Gen.Int[0, good.Length]).Sample(
            (position, value, length) =>
            {
                var bytes = good[..length];
                if (position < length)
                {
                    bytes[position] = value;
                }

                using var own = new TemporaryFolder();
                File.WriteAllBytes(own.File("bad"), bytes);
                try
                {
                    using var file = SafetensorsFile.Open(own.File("bad"));
                    foreach (var entry in file.Entries)
                    {
                        file.Load(entry.Name).Dispose();
                    }
                }
                catch (CheckpointException)
                {
                }
            },
            iter: 500);
    }
}
