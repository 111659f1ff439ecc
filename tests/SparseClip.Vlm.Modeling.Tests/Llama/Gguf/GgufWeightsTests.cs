using CsCheck;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Modeling.Tests.Llama.Gguf;

public class GgufWeightsTests
{
    private static readonly byte[] s_valid = RawGguf.Bytes(GgufTensorType.F32, 4, new byte[16]);

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
                file.ReadFloats(tensor.Name);
            }
        }
        catch (GgufException)
        {
        }
    }, iter: 3000);

    [Fact]
    public void A_type_that_is_known_but_not_dequantised_is_named_with_those_that_are()
    {
        using var folder = new TemporaryFolder();
        RawGguf.Write(folder.File("a.gguf"), GgufTensorType.Q2_K, 256, new byte[84]);
        using var file = GgufFile.Open(folder.File("a.gguf"));

        var error = Assert.Throws<GgufException>(() => file.ReadFloats("x"));

        Assert.Contains("'x' is stored as Q2_K", error.Message, StringComparison.Ordinal);
        Assert.Contains("Q4_0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_architecture_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.gguf"), s_valid);
        using var file = GgufFile.Open(folder.File("a.gguf"));
        Assert.Contains("architecture is 'test'", Assert.Throws<GgufException>(() => LlamaForCausalLM.FromGguf(file)).Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.ggml.model", Assert.Throws<GgufException>(() => LlamaTokenizer.FromGguf(file)).Message, StringComparison.Ordinal);
    }
}
