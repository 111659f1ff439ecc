using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Formats.Tests.Gguf;

public class LoraFileTests
{
    private static readonly LoraPair s_pair = new("blk.0.attn_q.weight", Rank: 2, Inputs: 3, Outputs: 4, A: [1, 2, 3, 4, 5, 6], B: [1, 2, 3, 4, 5, 6, 7, 8]);

    [Theory]
    [InlineData(GgufTensorType.F32)]
    [InlineData(GgufTensorType.F16)]
    public void An_adapter_is_laid_out_as_llama_cpp_reads_it(GgufTensorType type)
    {
        using var folder = new TemporaryFolder();
        LoraFile.Write(folder.File("lora.gguf"), "llama", 16f, [s_pair, s_pair with { Tensor = "blk.1.attn_q.weight" }], type);

        using var file = GgufFile.Open(folder.File("lora.gguf"));

        Assert.Equal("adapter", file.Metadata.Text("general.type"));
        Assert.Equal("llama", file.Metadata.Text("general.architecture"));
        Assert.Equal("lora", file.Metadata.Text("adapter.type"));
        Assert.Equal(16f, file.Metadata.Find("adapter.lora.alpha"));
        Assert.Equal(
            ["blk.0.attn_q.weight.lora_a", "blk.0.attn_q.weight.lora_b", "blk.1.attn_q.weight.lora_a", "blk.1.attn_q.weight.lora_b"], file.Tensors.Select(t => t.Name));
        // Outermost first: the file itself says [in, r] and [r, out].
        Assert.Equal([2, 3], file.Tensor("blk.0.attn_q.weight.lora_a").Shape);
        Assert.Equal([4, 2], file.Tensor("blk.0.attn_q.weight.lora_b").Shape);
        Assert.Equal(s_pair.A, Floats(file, "blk.0.attn_q.weight.lora_a"));
        Assert.Equal(s_pair.B, Floats(file, "blk.0.attn_q.weight.lora_b"));
    }

    [Fact]
    public void Pairs_that_fit_no_weight_are_refused_by_its_name()
    {
        Assert.Contains("A must be [3, 3]", Refused(s_pair with { Rank = 3 }), StringComparison.Ordinal);
        Assert.Contains("[5, 2]", Refused(s_pair with { Outputs = 5 }), StringComparison.Ordinal);
        Assert.Contains("not finite", Refused(s_pair with { A = [1, 2, 3, 4, 5, float.NaN] }), StringComparison.Ordinal);
        Assert.Contains("another layout", Refused(s_pair with { Tensor = "token_embd.weight" }), StringComparison.Ordinal);
        Assert.Contains("already", Refused(s_pair, s_pair), StringComparison.Ordinal);
        Assert.Contains("one pair", Refused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    public void An_alpha_that_scales_nothing_is_refused(float alpha)
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<ArgumentOutOfRangeException>(() => LoraFile.Write(folder.File("lora.gguf"), "llama", alpha, [s_pair]));
        Assert.False(File.Exists(folder.File("lora.gguf")));
    }

    private static IEnumerable<float> Floats(GgufFile file, string name) =>
        file.Tensor(name).Type == GgufTensorType.F16 ? file.Read<Half>(name).Select(v => (float)v) : file.Read<float>(name);

    private static string Refused(params LoraPair[] pairs)
    {
        using var folder = new TemporaryFolder();
        var message = Assert.Throws<ArgumentException>(() => LoraFile.Write(folder.File("lora.gguf"), "llama", 16f, pairs)).Message;
        Assert.False(File.Exists(folder.File("lora.gguf")));
        return message;
    }
}
