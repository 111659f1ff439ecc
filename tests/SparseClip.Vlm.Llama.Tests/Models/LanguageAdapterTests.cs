using SparseClip.Vlm.Formats.Gguf;

namespace SparseClip.Vlm.Llama.Tests.Models;

/// <summary>Files that are no adapter of the model are errors that say why and what to do; the process lives, and so does the model.</summary>
public sealed class LanguageAdapterTests(TinyAdapter tiny)
{
    [Fact]
    public void An_adapter_of_the_model_is_loaded()
    {
        Assert.Same(tiny.Model, tiny.Model.LoadAdapter(tiny.Path).Model);
        var half = tiny.NewFile();
        LoraFile.Write(half, "llama", 8, TinyAdapter.Pairs(tiny.Model.Path), GgufTensorType.F16);
        Assert.Equal(half, tiny.Model.LoadAdapter(half).Path);
    }

    [Fact]
    public void A_language_model_is_no_adapter() => Assert.Contains("is no LoRA adapter: general.type is missing", Refused(tiny.Model.Path), StringComparison.Ordinal);

    [Theory]
    [InlineData("general.type", "model", "'model'")]
    [InlineData("general.type", 3u, "3 (UInt32)")]
    [InlineData("adapter.type", "hypernetwork", "'hypernetwork'")]
    [InlineData("general.architecture", "qwen3", "'qwen3', this one is 'llama'")]
    [InlineData("general.architecture", 1f, "1 (Single)")]
    [InlineData("adapter.lora.alpha", 0f, "above 0")]
    [InlineData("adapter.lora.alpha", float.NaN, "above 0")]
    [InlineData("adapter.lora.alpha", "16", "'16'")]
    [InlineData("adapter.alora.invocation_tokens", 1u, "aLoRA")]
    public void A_file_that_says_another_thing_of_itself_is_refused(string key, object value, string why) =>
        Assert.Contains(why, Refused(Writer().Set(key, value)), StringComparison.Ordinal);

    [Fact]
    public void A_pair_that_fits_no_weight_is_refused()
    {
        Assert.Contains("'blk.7.attn_q.weight', which the model does not have", Refused(Writer("blk.7.attn_q.weight", [4, 64], [64, 4])), StringComparison.Ordinal);
        Assert.Contains("is [64, 64] in the model, the pair is [32, 4] x [4, 64]", Refused(Writer("blk.0.attn_q.weight", [4, 64], [32, 4])), StringComparison.Ordinal);
        Assert.Contains("[64, 3] x [4, 64]", Refused(Writer("blk.0.attn_q.weight", [4, 64], [64, 3])), StringComparison.Ordinal);
        Assert.Contains("[64, 4] x [4, 32]", Refused(Writer("blk.0.attn_q.weight", [4, 32], [64, 4])), StringComparison.Ordinal);
        Assert.Contains("'blk.0.attn_norm.weight' is [64]", Refused(Writer("blk.0.attn_norm.weight", [4, 64], [1, 4])), StringComparison.Ordinal);
        Assert.Contains("not supported", Refused(Writer("token_embd.weight", [4, 64], [260, 4])), StringComparison.Ordinal);
    }

    [Fact]
    public void What_would_be_left_out_or_poison_the_answers_is_refused()
    {
        Assert.Contains("but not 'blk.0.attn_q.weight.lora_b'", Refused(Head().Add("blk.0.attn_q.weight.lora_a", [4, 64], new float[256])), StringComparison.Ordinal);
        Assert.Contains("would be left out", Refused(Writer().Add("blk.0.attn_norm.weight", [64], new float[64])), StringComparison.Ordinal);
        Assert.Contains("not finite", Refused(Writer("blk.0.attn_q.weight", [4, 64], [64, 4], float.NaN)), StringComparison.Ordinal);
        Assert.Contains("I32", Refused(Writer().AddEncoded("blk.0.attn_k.weight.lora_a", [4, 64], new byte[1024], GgufTensorType.I32)), StringComparison.Ordinal);
        Assert.Contains("changes no weight", Refused(Head()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        var whole = File.ReadAllBytes(tiny.Path);
        foreach (var length in (int[])[0, 3, 20, 100, 1000, whole.Length / 2, whole.Length - 1])
        {
            var path = tiny.NewFile();
            File.WriteAllBytes(path, whole[..length]);
            Assert.IsType<GgufException>(Assert.Throws<LlamaException>(() => tiny.Model.LoadAdapter(path)).InnerException);
        }
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("nowhere.gguf", Assert.Throws<FileNotFoundException>(() => tiny.Model.LoadAdapter("nowhere.gguf")).Message, StringComparison.Ordinal);

    private static GgufWriter Head() => new GgufWriter()
        .Set("general.type", "adapter").Set("general.architecture", "llama").Set("adapter.type", "lora").Set("adapter.lora.alpha", 8f);

    private static GgufWriter Writer() => Writer("blk.0.attn_q.weight", [4, 64], [64, 4]);

    private static GgufWriter Writer(string weight, long[] a, long[] b, float value = 0) => Head()
        .Add(weight + ".lora_a", a, new float[a[0] * a[1]])
        .Add(weight + ".lora_b", b, [.. Enumerable.Repeat(value, (int)(b[0] * b[1]))]);

    private string Refused(GgufWriter writer)
    {
        var path = tiny.NewFile();
        writer.Write(path);
        return Refused(path);
    }

    private string Refused(string path)
    {
        var message = Assert.Throws<LlamaException>(() => tiny.Model.LoadAdapter(path)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        return message;
    }
}
