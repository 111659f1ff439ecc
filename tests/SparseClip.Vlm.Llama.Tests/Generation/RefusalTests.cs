using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Llama.Tests.Generation;

/// <summary>Requests that cannot be served: a clear error for them, and the engine goes on.</summary>
public sealed class RefusalTests(TinyModel tiny)
{
    private static readonly GenerationOptions Options = new() { Sequences = 2, ContextLength = 256, Threads = 1 };

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public async Task Embeddings_that_are_not_finite_are_refused_with_their_place(float bad)
    {
        var values = new float[3 * TinyModel.Size];
        values[TinyModel.Size + 5] = bad;
        var error = await RefusedAsync<ArgumentException>(new GenerationRequest([new EmbeddingSegment(values)], new SamplingOptions()));
        Assert.Contains("embedding 1, dimension 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logits_that_are_not_finite_fail_their_conversation_and_the_sequence_is_healed()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var model = tiny.Poisoned();
        await using var engine = new GenerationEngine(model, Options);
        var hello = Answer.Ask(tiny.Model, "hello there") with { Deterministic = false };
        var expected = await Answer.Of(engine, hello, cancel);
        for (var round = 0; round < 3; round++)
        {
            var other = Task.Run(() => Answer.Of(engine, hello, cancel), cancel);
            var error = await Assert.ThrowsAsync<LlamaException>(() => Answer.Of(engine, Tokens([1, 2, TinyModel.PoisonToken]), cancel));
            Assert.Contains("not finite", error.Message, StringComparison.Ordinal);
            Assert.Equal(expected.Text, (await other).Text);
        }
    }

    /// <summary>
    /// A removed cell keeps its NaN, and attention multiplies it by a weight of zero, which is NaN again: a prompt that is too short to
    /// overwrite the cells of the one before shows it.
    /// </summary>
    [Fact]
    public async Task A_sequence_that_held_what_is_not_finite_is_not_used_again_before_it_is_zeroed()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var model = tiny.Poisoned();
        await using var engine = new GenerationEngine(model, Options with { Sequences = 1 });
        var expected = await Answer.Of(engine, Tokens([5]), cancel);
        await Assert.ThrowsAsync<LlamaException>(() => Answer.Of(engine, Tokens([.. Enumerable.Repeat(TinyModel.PoisonToken, 40)]), cancel));
        Assert.Equal(expected.Text, (await Answer.Of(engine, Tokens([5]), cancel)).Text);
    }

    [Fact]
    public async Task A_prompt_longer_than_the_context_says_how_long_it_is()
    {
        var error = await RefusedAsync<ContextLengthException>(Tokens(new int[300]));
        Assert.Equal((301, 256), (error.Required, error.Available));
        await RefusedAsync<ContextLengthException>(Tokens(new int[256]));
    }

    [Fact]
    public async Task An_answer_that_reaches_the_end_of_the_context_ends_with_length()
    {
        await using var engine = new GenerationEngine(tiny.Model, Options);
        foreach (var length in (int[])[250, 255])
        {
            var answer = await Answer.Of(engine, Tokens(new int[length], 100), TestContext.Current.CancellationToken);
            Assert.Equal(FinishReason.Length, answer.End.Reason);
            Assert.Equal(257 - length, answer.End.Timings.PredictedN);
        }
    }

    [Fact]
    public async Task Segments_the_model_cannot_read_are_refused()
    {
        await RefusedAsync<ArgumentException>(Tokens([]));
        await RefusedAsync<ArgumentException>(Tokens([-1]));
        await RefusedAsync<ArgumentException>(Tokens([tiny.Model.Info.VocabularySize]));
        await RefusedAsync<ArgumentException>(new GenerationRequest([new EmbeddingSegment(new float[TinyModel.Size + 1])], new SamplingOptions()));
        await RefusedAsync<ArgumentException>(new GenerationRequest([null!], new SamplingOptions()));
    }

    [Fact]
    public async Task Sampling_options_out_of_range_are_refused()
    {
        SamplingOptions[] wrong =
        [
            new(0), new(1, -0.1f), new(1, 2.1f), new(1, float.NaN), new(1, 1, 0), new(1, 1, 1.1f), new(1, 1, 1, 0, [""]), new() { RepeatPenalty = 0 },
            new() { FrequencyPenalty = 2.1f }, new() { PresencePenalty = -2.1f }, new() { TopK = -1 }, new() { MinP = 1.1f }, new() { TypicalP = 0 }, new() { Likeliest = 21 }, new() { Likeliest = -1 },
        ];
        foreach (var sampling in wrong)
        {
            await RefusedAsync<ArgumentException>(Answer.Ask(tiny.Model, "x") with { Sampling = sampling });
        }
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GenerationEngine(tiny.Model, Options with { Sequences = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GenerationEngine(tiny.Model, Options with { ContextLength = 2048 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GenerationEngine(tiny.Model, Options with { PrefillChunk = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GenerationEngine(tiny.Model, Options with { QueueLimit = 0 }));
    }

    private static GenerationRequest Tokens(int[] ids, int tokens = 8) => new([new TokenSegment(ids)], new SamplingOptions(tokens));

    /// <summary>The request fails, beside another one that does not.</summary>
    private async Task<T> RefusedAsync<T>(GenerationRequest request) where T : Exception
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var engine = new GenerationEngine(tiny.Model, Options);
        var expected = await Answer.Of(engine, Answer.Ask(tiny.Model, "hello"), cancel);
        var other = Task.Run(() => Answer.Of(engine, Answer.Ask(tiny.Model, "hello"), cancel), cancel);
        var error = await Assert.ThrowsAnyAsync<T>(() => Answer.Of(engine, request, cancel));
        Assert.Equal(expected.Text, (await other).Text);
        return error;
    }
}
