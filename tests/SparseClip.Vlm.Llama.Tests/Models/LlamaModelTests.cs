using System.Text;
using LLama.Native;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Llama.Generation;
using SparseClip.Vlm.Llama.Models;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Modeling.Llama.Gguf;

namespace SparseClip.Vlm.Llama.Tests.Models;

public sealed class LlamaModelTests(SmolLm smol, TinyModel tiny)
{
    [Fact]
    public void A_model_tells_what_it_is()
    {
        Assert.Equal(new ModelInfo(EmbeddingSize: 576, VocabularySize: 49152, TrainedContextLength: 8192), smol.Model.Info);
        Assert.Equal(new ModelInfo(TinyModel.Size, TinyModel.Vocabulary.Length, TrainedContextLength: 1024), tiny.Model.Info);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("naïve café 🐶 日本\r\n\t\0 x")]
    [InlineData("<|im_end|> typed by a user")]
    [InlineData("\ud83d alone")]
    public void Pieces_of_tokens_join_to_the_text(string text)
    {
        var ids = smol.Model.Tokenize(text, addSpecial: false, parseSpecial: false);
        Assert.Equal(Encoding.UTF8.GetBytes(text), ids.SelectMany(id => smol.Model.TokenPiece(id)).ToArray());
    }

    [Fact]
    public void A_long_text_has_the_tokens_of_its_paragraphs()
    {
        var paragraph = "The dog's 12 puppies — naïve, small — sleep in a basket.  They dream\tof 🦴.\n";
        var once = smol.Model.Tokenize(paragraph, addSpecial: false, parseSpecial: false);
        var many = smol.Model.Tokenize(string.Concat(Enumerable.Repeat(paragraph, 500)), addSpecial: false, parseSpecial: false);
        Assert.Equal(Enumerable.Repeat(once, 500).SelectMany(ids => ids), many);
    }

    [Theory]
    [InlineData("!")]
    [InlineData(" ")]
    [InlineData("🐶")]
    public void A_text_of_one_endless_word_is_still_tokenised(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 20_001));
        var ids = smol.Model.Tokenize(text, addSpecial: false, parseSpecial: false);
        Assert.Equal(text, Encoding.UTF8.GetString([.. ids.SelectMany(id => smol.Model.TokenPiece(id))]));
    }

    [Fact]
    public void Users_cannot_write_control_tokens()
    {
        Assert.Equal([1], smol.Model.Tokenize("<|im_start|>", addSpecial: false, parseSpecial: true));
        Assert.DoesNotContain(1, smol.Model.Tokenize("<|im_start|>", addSpecial: false, parseSpecial: false));
        Assert.True(smol.Model.IsEndOfGeneration(2));
        Assert.Empty(smol.Model.TokenPiece(2));
        Assert.Equal("<|im_end|>"u8, smol.Model.TokenPiece(2, special: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => smol.Model.TokenPiece(49152));
    }

    [Fact]
    public void A_model_disposed_before_its_engine_lives_until_the_engine_is_gone()
    {
        var model = LlamaModel.Load(tiny.Path, cancellationToken: TestContext.Current.CancellationToken);
        var context = new DecodeContext(model, new GenerationOptions { Sequences = 1, Threads = 1 }, 256);
        model.Dispose();
        Assert.Equal(DecodeResult.Ok, context.DecodeTokens(LLamaSeqId.Zero, 0, [1, 2, 3], true, TestContext.Current.CancellationToken));
        context.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Tokenize("x", false, false));
    }

    [Fact]
    public void Loading_can_be_cancelled() =>
        Assert.ThrowsAny<OperationCanceledException>(() => LlamaModel.Load(SmolLm.Path, cancellationToken: new CancellationToken(true)));

    /// <summary>The managed check reads no weights, so this refusal and its reason are llama.cpp's.</summary>
    [Fact]
    public void Weights_that_are_no_numbers_are_refused_with_the_reason()
    {
        var path = tiny.NewFile();
        TinyModel.Writer(poisoned: true).Write(path);
        var error = Assert.Throws<LlamaException>(() => LlamaModel.Load(path, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("token_embd.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Logits_are_those_of_the_same_model_in_torch()
    {
        LLamaToken[] ids = [.. "The quick brown fox".Select(c => (LLamaToken)c)];
        using var context = new DecodeContext(
            tiny.Model, new GenerationOptions { Sequences = 1, Threads = 1, KvType = KvCacheType.F32, FlashAttention = FlashAttention.Off }, 256);
        Assert.Equal(DecodeResult.Ok, context.DecodeTokens(LLamaSeqId.Zero, 0, ids, true, TestContext.Current.CancellationToken));
        var logits = context.Logits(ids.Length - 1).ToArray();

        using var file = GgufFile.Open(tiny.Path);
        using var torchModel = LlamaForCausalLM.FromGguf(file);
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var noGrad = TorchSharp.torch.no_grad();
        var states = torchModel.Forward(torchModel.Embed(TorchSharp.torch.tensor(ids.Select(id => (long)(int)id).ToArray()).unsqueeze(0)));
        var expected = torchModel.Logits(states)[0, ids.Length - 1].data<float>().ToArray();
        Assert.All(expected.Zip(logits), pair => Assert.Equal(pair.First, pair.Second, 2e-4f));
    }
}
