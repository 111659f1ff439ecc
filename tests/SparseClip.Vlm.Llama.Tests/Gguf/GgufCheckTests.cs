using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Llama.Gguf;
using SparseClip.Vlm.Llama.Models;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Llama.Tests.Gguf;

/// <summary>Damaged files are errors that say what is wrong; the process lives.</summary>
public sealed class GgufCheckTests(TinyModel tiny)
{
    [Fact]
    public void Sound_files_pass()
    {
        GgufCheck.Check(tiny.Path);
        GgufCheck.Check(SmolLm.Path);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        var whole = File.ReadAllBytes(tiny.Path);
        foreach (var length in (int[])[0, 3, 4, 8, 20, 24, 40, 100, 1000, 3000, 6000, whole.Length / 2, whole.Length - 1])
        {
            Refused(whole[..length]);
        }
    }

    [Theory]
    [InlineData("not a model at all", "GGUF")]
    [InlineData("GGUF\u0001\0\0\0aaaaaaaaaaaaaaaa", "version is 1")]
    [InlineData("GGUF\u0003\0\0\0\u0001\0\0\0\0\0\0\u00ff\u0001\0\0\0\0\0\0\0", "tensors")]
    public void Other_files_are_refused(string bytes, string why) =>
        Assert.Contains(why, Refused([.. bytes.Select(c => (byte)c)]).Message, StringComparison.Ordinal);

    [Fact]
    public void Duplicate_tokens_are_refused()
    {
        var tokens = TinyModel.Vocabulary.ToArray();
        tokens[200] = tokens[100];
        Assert.Contains("twice, as 100 and 200", Refused(w => w.Set("tokenizer.ggml.tokens", tokens)).Message, StringComparison.Ordinal);
        tokens[200] = tokens[100] + "\0 and what C does not see";
        Assert.Contains("as 100 and 200", Refused(w => w.Set("tokenizer.ggml.tokens", tokens)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama.block_count", 0u)]
    [InlineData("llama.block_count", 513u)]
    [InlineData("llama.block_count", uint.MaxValue)]
    [InlineData("llama.context_length", 0u)]
    [InlineData("llama.embedding_length", 0u)]
    [InlineData("llama.attention.head_count", 0u)]
    [InlineData("llama.attention.head_count", 5u)]
    [InlineData("llama.attention.head_count_kv", 0u)]
    [InlineData("llama.attention.head_count_kv", 3u)]
    [InlineData("tokenizer.ggml.eos_token_id", 260u)]
    public void Impossible_numbers_are_refused(string key, uint value) =>
        Assert.Contains(key.Split('.')[^1].Replace("head_count_kv", "head", StringComparison.Ordinal).Replace("head_count", "head", StringComparison.Ordinal),
            Refused(w => w.Set(key, value)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(-1e-5f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void An_epsilon_that_would_end_the_process_is_refused(float epsilon) =>
        Assert.Contains("epsilon", Refused(w => w.Set("llama.attention.layer_norm_rms_epsilon", epsilon)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_vocabulary_that_contradicts_itself_is_refused()
    {
        Refused(w => w.Set("tokenizer.ggml.token_type", new int[3]));
        Refused(w => w.Set("tokenizer.ggml.tokens", TinyModel.Vocabulary[..200]).Set("tokenizer.ggml.token_type", new int[200]));
    }

    [Fact]
    public void What_only_llama_cpp_can_refuse_is_its_error_with_its_reason()
    {
        var error = Assert.Throws<LlamaException>(() => Load(TinyModel.Writer().Set("general.architecture", "llama").Set("tokenizer.ggml.model", "nonsense")));
        Assert.Contains("nonsense", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused() => Assert.Throws<LlamaException>(() => Load(TinyModel.Writer(poisoned: true)));

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("nowhere.gguf", Assert.Throws<FileNotFoundException>(() => LlamaModel.Load("nowhere.gguf", cancellationToken: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

    private GgufException Refused(Func<GgufWriter, GgufWriter> change) =>
        Assert.Throws<GgufException>(() => Load(change(TinyModel.Writer())));

    private void Load(GgufWriter writer)
    {
        var file = tiny.NewFile();
        writer.Write(file);
        LlamaModel.Load(file, cancellationToken: TestContext.Current.CancellationToken).Dispose();
    }

    private GgufException Refused(byte[] bytes)
    {
        var file = tiny.NewFile();
        File.WriteAllBytes(file, bytes);
        return Assert.Throws<GgufException>(() => LlamaModel.Load(file));
    }
}
