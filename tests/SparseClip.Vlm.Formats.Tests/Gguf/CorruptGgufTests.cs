using CsCheck;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Formats.Tests.Gguf;

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
            Assert.All(file.Tensors, tensor => Assert.InRange(tensor.Begin + tensor.Bytes, 0, bytes.Length));
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

    [Theory]
    [InlineData(3u)]
    [InlineData(48u)]
    public void An_alignment_that_is_no_power_of_two_is_refused(uint alignment)
    {
        using var folder = new TemporaryFolder();
        new GgufWriter().Set("general.alignment", 64u).Add("x", [4], new float[4]).Write(folder.File("a.gguf"));
        var bytes = File.ReadAllBytes(folder.File("a.gguf"));
        BitConverter.TryWriteBytes(bytes.AsSpan(24 + 8 + "general.alignment".Length + 4), alignment);
        File.WriteAllBytes(folder.File("a.gguf"), bytes);

        Assert.Contains($"alignment is {alignment}", Assert.Throws<GgufException>(() => GgufFile.Open(folder.File("a.gguf"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() => Assert.Contains(
        "does not exist", Assert.Throws<GgufException>(() => GgufFile.Open("none.gguf")).Message, StringComparison.Ordinal);

    [Fact]
    public void Tokens_that_are_no_characters_stay_different()
    {
        using var folder = new TemporaryFolder();
        byte[][] tokens = [[0xff], [0xfe], [0xc3, 0xa9], []];
        File.WriteAllBytes(folder.File("a.gguf"), RawGguf.Texts("tokens", tokens));

        using var file = GgufFile.Open(folder.File("a.gguf"));

        Assert.Equal(["\uFFFD\u00ff", "\uFFFD\u00fe", "\u00e9", ""], file.Metadata.Texts("tokens"));
    }
}
