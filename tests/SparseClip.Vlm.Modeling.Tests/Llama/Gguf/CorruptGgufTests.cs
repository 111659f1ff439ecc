using CsCheck;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Modeling.Llama.Gguf;

namespace SparseClip.Vlm.Modeling.Tests.Llama.Gguf;

public class CorruptGgufTests
{
    private static readonly byte[] s_valid = RawGguf.Bytes(GgufTensorType.F32, 4, new byte[16]);

    [Fact]
    public void Every_shortened_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        for (var length = 0; length < s_valid.Length; length++)
        {
            var path = folder.File("short.gguf");
            File.WriteAllBytes(path, s_valid[..length]);
            var error = Assert.Throws<GgufException>(() => GgufFile.Open(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Changed_bytes_never_do_more_than_throw() => Gen.Select(Gen.Int[0, s_valid.Length - 1], Gen.Byte).Array[1, 4].Sample(changes =>
    {
        using var folder = new TemporaryFolder();
        var bytes = s_valid.ToArray();
        foreach (var (at, value) in changes)
        {
            bytes[at] = value;
        }

        File.WriteAllBytes(folder.File("a.gguf"), bytes);
        try
        {
            using var file = GgufFile.Open(folder.File("a.gguf"));
            foreach (var tensor in file.Tensors)
            {
                file.ReadFloats(tensor.Name, new float[tensor.Count]);
            }
        }
        catch (GgufException)
        {
        }
    }, iter: 3000);

    [Theory]
    [InlineData(0, 'X', "magic")]
    [InlineData(4, 9, "version")]
    [InlineData(15, 1, "number of tensors")]
    [InlineData(23, 1, "number of keys")]
    [InlineData(60, 99, "unknown type")]
    public void The_message_says_what_and_where(int at, int value, string word)
    {
        using var folder = new TemporaryFolder();
        var bytes = s_valid.ToArray();
        bytes[at == 60 ? 24 + 8 + 20 : at] = (byte)value;
        File.WriteAllBytes(folder.File("a.gguf"), bytes);

        var error = Assert.Throws<GgufException>(() => GgufFile.Open(folder.File("a.gguf")));

        Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_another_architecture_are_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("does not exist", Assert.Throws<GgufException>(() => GgufFile.Open(folder.File("none.gguf"))).Message, StringComparison.Ordinal);
        File.WriteAllBytes(folder.File("a.gguf"), s_valid);
        using var file = GgufFile.Open(folder.File("a.gguf"));
        Assert.Contains("architecture is 'test'", Assert.Throws<GgufException>(() => LlamaModel.FromGguf(file)).Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.ggml.model", Assert.Throws<GgufException>(() => LlamaTokenizer.FromGguf(file)).Message, StringComparison.Ordinal);
    }
}
