using LLama.Native;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Llama.Tests.Generation;

public sealed class DecodeContextTests(TinyModel tiny, SmolLm smol)
{
    private static readonly int[] Ids = [.. Enumerable.Range(0, 40).Select(i => i * 37 % 256)];

    private DecodeContext New(int sequences = 3, int threads = 1) =>
        new(tiny.Model, new GenerationOptions { Sequences = sequences, Threads = threads, KvType = KvCacheType.F32, FlashAttention = FlashAttention.Off }, 256);

    private static float[] Run(DecodeContext context, int sequence, int start, ReadOnlySpan<int> ids)
    {
        Assert.Equal(DecodeResult.Ok, Decode(context, sequence, start, ids));
        return context.Logits(ids.Length - 1).ToArray();
    }

    private static DecodeResult Decode(DecodeContext context, int sequence, int start, ReadOnlySpan<int> ids)
    {
        var tokens = new LLamaToken[ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            tokens[i] = ids[i];
        }

        return context.DecodeTokens((LLamaSeqId)sequence, start, tokens, lastLogits: true, CancellationToken.None);
    }

    [Fact]
    public void Logits_are_the_same_bits_in_any_sequence_and_beside_any_neighbour()
    {
        using var context = New();
        var alone = Run(context, 0, 0, Ids);
        Run(context, 1, 0, Ids.AsSpan(3, 20));
        Assert.Equal(alone, Run(context, 2, 0, Ids));
        Assert.Equal(Run(context, 0, 40, [7]), Run(context, 2, 40, [7]));
    }

    [Fact]
    public void Logits_are_the_same_bits_with_one_thread_and_two()
    {
        using var one = New(threads: 1);
        using var two = New(threads: 2);
        Assert.Equal(Run(one, 0, 0, Ids), Run(two, 0, 0, Ids));
    }

    [Fact]
    public void Quantised_weights_give_the_same_bits_with_one_thread_and_two()
    {
        var options = new GenerationOptions { Sequences = 1, PrefillChunk = 300, FlashAttention = FlashAttention.Off };
        using var one = new DecodeContext(smol.Model, options with { Threads = 1 }, 512);
        using var two = new DecodeContext(smol.Model, options with { Threads = 2 }, 512);
        var ids = Enumerable.Range(100, 300).ToArray();
        Assert.Equal(Run(one, 0, 0, ids), Run(two, 0, 0, ids));
        Assert.Equal(Run(one, 0, 300, [7]), Run(two, 0, 300, [7]));
    }

    [Fact]
    public void A_copied_or_shortened_prefix_continues_like_the_original()
    {
        using var context = New();
        Run(context, 0, 0, Ids.AsSpan(0, 16));
        var original = Run(context, 0, 16, Ids.AsSpan(16));
        context.CopyPrefix((LLamaSeqId)0, (LLamaSeqId)1, 16);
        Assert.Equal(original, Run(context, 1, 16, Ids.AsSpan(16)));
        context.Truncate((LLamaSeqId)0, 16);
        Assert.Equal(original, Run(context, 0, 16, Ids.AsSpan(16)));
    }

    [Fact]
    public void Sequences_that_changed_places_go_on_like_before()
    {
        using var context = New();
        Run(context, 0, 0, Ids);
        Run(context, 1, 0, Ids.AsSpan(3, 20));
        var (first, second) = (Run(context, 0, 40, [7]), Run(context, 1, 20, [9]));
        context.Truncate((LLamaSeqId)0, 40);
        context.Truncate((LLamaSeqId)1, 20);

        context.Swap((LLamaSeqId)0, 40, (LLamaSeqId)1, 20);
        Assert.Equal(first, Run(context, 1, 40, [7]));
        Assert.Equal(second, Run(context, 0, 20, [9]));

        context.Truncate((LLamaSeqId)1, 40);
        context.Swap((LLamaSeqId)1, 40, (LLamaSeqId)2, 0);
        Assert.Equal(first, Run(context, 2, 40, [7]));
    }

    [Fact]
    public void Embeddings_of_tokens_give_the_bits_of_the_tokens()
    {
        using var context = New();
        var table = TokenEmbeddings.Of(tiny.Path, TinyModel.Size, Ids);
        var logits = Run(context, 0, 0, Ids);
        Assert.Equal(DecodeResult.Ok, context.DecodeEmbeddings((LLamaSeqId)1, 0, table, lastLogits: true, CancellationToken.None));
        Assert.Equal(logits, context.Logits(Ids.Length - 1).ToArray());
    }

    [Fact]
    public void Several_sequences_in_one_step_agree_with_each_alone()
    {
        using var context = New();
        var alone = new float[3][];
        for (var s = 0; s < 3; s++)
        {
            Run(context, s, 0, Ids.AsSpan(s, 9));
            alone[s] = Run(context, s, 9, [s + 1]);
            context.Truncate((LLamaSeqId)s, 9);
        }

        StepEntry[] entries = [new((LLamaSeqId)0, 9, 1), new((LLamaSeqId)1, 9, 2), new((LLamaSeqId)2, 9, 3)];
        Assert.Equal(DecodeResult.Ok, context.DecodeStep(entries, CancellationToken.None));
        for (var s = 0; s < 3; s++)
        {
            Assert.All(alone[s].Zip(context.Logits(s).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
        }
    }

    [Fact]
    public void Misuse_that_ends_the_process_natively_is_an_exception()
    {
        using var context = New();
        var (first, beyond) = ((LLamaSeqId)0, (LLamaSeqId)3);
        Assert.Throws<InvalidOperationException>(() => context.DecodeTokens(first, 0, new LLamaToken[context.BatchSize + 1], true, CancellationToken.None));
        Assert.Throws<InvalidOperationException>(() => context.DecodeTokens(first, 0, [], true, CancellationToken.None));
        Assert.Throws<InvalidOperationException>(() => context.DecodeEmbeddings(first, 0, [], true, CancellationToken.None));
        Assert.Throws<InvalidOperationException>(() => context.DecodeEmbeddings(first, 0, new float[TinyModel.Size + 1], true, CancellationToken.None));
        Assert.Throws<InvalidOperationException>(
            () => context.DecodeEmbeddings(first, 0, new float[(context.BatchSize + 1) * TinyModel.Size], true, CancellationToken.None));
        Assert.Throws<InvalidOperationException>(
            () => context.DecodeEmbeddings(first, 0, [.. Enumerable.Repeat(float.NaN, TinyModel.Size)], true, CancellationToken.None));
        Assert.Throws<InvalidOperationException>(() => context.DecodeStep([], CancellationToken.None));
        Assert.Throws<InvalidOperationException>(() => context.DecodeStep(new StepEntry[context.BatchSize + 1], CancellationToken.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.DecodeTokens(beyond, 0, [1], true, CancellationToken.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.DecodeEmbeddings(beyond, 0, new float[TinyModel.Size], true, CancellationToken.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.DecodeStep([new StepEntry(beyond, 0, 1)], CancellationToken.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Truncate((LLamaSeqId)(-1), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.CopyPrefix(beyond, first, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.CopyPrefix(first, beyond, 1));
    }

    [Fact]
    public void Sampling_is_refused_where_there_are_no_logits()
    {
        using var context = New();
        using var sampler = TokenSampler.Create(new SamplingOptions());
        Assert.Throws<InvalidOperationException>(() => context.Sample(sampler, 0));
        Run(context, 0, 0, [1, 2, 3]);
        Assert.Throws<InvalidOperationException>(() => context.Logits(0));
        Assert.Throws<InvalidOperationException>(() => context.Sample(sampler, 1));
        Assert.Throws<InvalidOperationException>(() => context.Sample(sampler, 3));
        Assert.InRange((int)context.Sample(sampler, 2), 0, tiny.Model.Info.VocabularySize - 1);
        context.DecodeEmbeddings((LLamaSeqId)0, 3, new float[TinyModel.Size], lastLogits: false, CancellationToken.None);
        Assert.Throws<InvalidOperationException>(() => context.Sample(sampler, 0));
        Assert.NotEqual(DecodeResult.Ok, Decode(context, 0, 9, [1]));
        Assert.Throws<InvalidOperationException>(() => context.Sample(sampler, 0));
    }

    [Fact]
    public void A_context_that_llama_cpp_refuses_is_an_error_with_its_reason_and_lets_go_of_the_model()
    {
        var model = LlamaModel.Load(tiny.Path, cancellationToken: TestContext.Current.CancellationToken);
        // llama.cpp quantises the values of the cache only together with fused attention.
        var options = new GenerationOptions { Sequences = 1, KvType = (KvCacheType)GGMLType.GGML_TYPE_Q4_0, FlashAttention = FlashAttention.Off };
        var error = Assert.Throws<LlamaException>(() => new DecodeContext(model, options, 256));
        Assert.Contains("quantized V cache", error.Message, StringComparison.Ordinal);
        model.Dispose();
        Assert.True(model.Handle.IsClosed);
    }

    [Fact]
    public void Steps_of_one_token_may_have_fewer_threads_than_prompts()
    {
        using var context = New(threads: 0);
        Assert.Equal((PhysicalCores.Available(), PhysicalCores.Available()), (context.StepThreads, context.BatchThreads));
        context.MeasureStep(1);
        Assert.Equal((1, PhysicalCores.Available()), (context.StepThreads, context.BatchThreads));
    }

    [Fact]
    public void Each_sequence_has_a_stream_of_the_cache_of_its_own() =>
        Assert.False(ContextParameters.Create(new GenerationOptions(), 256, 64).kv_unified);

    [Fact]
    public void A_cancelled_prefill_stops_inside_the_computation_and_leaves_the_sequence_as_it_was()
    {
        using var context = New();
        Run(context, 0, 0, Ids.AsSpan(0, 5));
        Assert.Equal(DecodeResult.ComputeAborted, context.DecodeTokens((LLamaSeqId)0, 5, [1, 2, 3], lastLogits: true, new CancellationToken(true)));
        Assert.Equal(
            DecodeResult.ComputeAborted,
            context.DecodeEmbeddings((LLamaSeqId)0, 5, new float[TinyModel.Size], lastLogits: true, new CancellationToken(true)));
        using var fresh = New();
        Run(fresh, 0, 0, Ids.AsSpan(0, 5));
        Assert.Equal(Run(fresh, 0, 5, [9]), Run(context, 0, 5, [9]));
    }

    [Fact]
    public void A_gap_or_a_wrong_token_is_a_code_and_leaves_the_sequence_as_it_was()
    {
        using var context = New();
        Run(context, 0, 0, Ids.AsSpan(0, 5));
        Assert.Equal(DecodeResult.InvalidInputBatch, Decode(context, 0, 9, [1]));
        Assert.Equal(DecodeResult.InvalidInputBatch, Decode(context, 0, 5, [100_000]));
        using var fresh = New();
        Run(fresh, 0, 0, Ids.AsSpan(0, 5));
        Assert.Equal(Run(fresh, 0, 5, [9]), Run(context, 0, 5, [9]));
    }

    [Fact]
    public void Poison_stays_in_its_sequence_and_is_healed_by_clearing()
    {
        using var model = tiny.Poisoned();
        using var context = new DecodeContext(model, new GenerationOptions { Sequences = 2, Threads = 1 }, 256);
        var alone = Run(context, 1, 0, Ids);
        Assert.Contains(Run(context, 0, 0, [1, TinyModel.PoisonToken, 3]), float.IsNaN);
        context.Truncate((LLamaSeqId)1, 0);
        Assert.Equal(alone, Run(context, 1, 0, Ids));
        context.ClearAll();
        Assert.Equal(alone, Run(context, 0, 0, Ids));
    }
}
