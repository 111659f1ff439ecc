using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Llama.Tests.Generation;

public sealed class DecodeContextTests(TinyModel tiny, SmolLm smol)
{
    private static readonly int[] Ids = [.. Enumerable.Range(0, 40).Select(i => i * 37 % 256)];

    private DecodeContext New(int sequences = 3, int threads = 1) =>
        new(tiny.Model, new GenerationOptions { Sequences = sequences, Threads = threads, KvType = KvCacheType.F32, FlashAttention = FlashAttention.Off }, 256);

    private static float[] Run(DecodeContext context, int sequence, int start, ReadOnlySpan<int> ids)
    {
        Assert.Equal(0, context.DecodeRun(sequence, start, ids, [], lastLogits: true, CancellationToken.None));
        return context.Logits(ids.Length - 1).ToArray();
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
        var options = new GenerationOptions { Sequences = 1, PrefillChunk = 300 };
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
        context.CopyPrefix(0, 1, 16);
        Assert.Equal(original, Run(context, 1, 16, Ids.AsSpan(16)));
        context.Truncate(0, 16);
        Assert.Equal(original, Run(context, 0, 16, Ids.AsSpan(16)));
    }

    [Fact]
    public void Embeddings_of_tokens_give_the_bits_of_the_tokens()
    {
        using var context = New();
        var table = TokenEmbeddings.Of(tiny.Path, TinyModel.Vocabulary.Length, TinyModel.Size, Ids);
        var logits = Run(context, 0, 0, Ids);
        Assert.Equal(0, context.DecodeRun(1, 0, [], table, lastLogits: true, CancellationToken.None));
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
            context.Truncate(s, 9);
        }

        BatchEntry[] entries = [new(0, 9, true), new(1, 9, true), new(2, 9, true)];
        Assert.Equal(0, context.DecodeStep(entries, [1, 2, 3], CancellationToken.None));
        for (var s = 0; s < 3; s++)
        {
            Assert.All(alone[s].Zip(context.Logits(s).ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
        }
    }

    [Fact]
    public void Misuse_that_ends_the_process_natively_is_an_exception()
    {
        using var context = New();
        var tooMany = new int[context.BatchSize + 1];
        Assert.Throws<InvalidOperationException>(() => context.DecodeRun(0, 0, tooMany, [], true, CancellationToken.None));
        Assert.Throws<InvalidOperationException>(() => context.DecodeRun(0, 0, [], [], true, CancellationToken.None));
        Assert.Throws<InvalidOperationException>(() => context.DecodeRun(0, 0, [1], new float[TinyModel.Size], true, CancellationToken.None));
        Assert.Throws<InvalidOperationException>(() => context.DecodeRun(0, 0, [], new float[TinyModel.Size - 1], true, CancellationToken.None));
        Assert.Throws<InvalidOperationException>(() => context.DecodeStep([], [], CancellationToken.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.DecodeRun(3, 0, [1], [], true, CancellationToken.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Truncate(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.CopyPrefix(0, 3, 1));
        Run(context, 0, 0, [1, 2, 3]);
        Assert.Throws<InvalidOperationException>(() => context.Logits(0));
        using var sampler = TokenSampler.Create(new SamplingOptions(), tiny.Model.Info.VocabularySize);
        Assert.Throws<InvalidOperationException>(() => context.Sample(sampler, 1));
        Assert.InRange(context.Sample(sampler, 2), 0, tiny.Model.Info.VocabularySize - 1);
    }

    [Fact]
    public void A_gap_or_a_wrong_token_is_a_code_and_leaves_the_sequence_as_it_was()
    {
        using var context = New();
        Run(context, 0, 0, Ids.AsSpan(0, 5));
        Assert.NotEqual(0, context.DecodeRun(0, 9, [1], [], true, CancellationToken.None));
        Assert.NotEqual(0, context.DecodeRun(0, 5, [100_000], [], true, CancellationToken.None));
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
        context.Truncate(1, 0);
        Assert.Equal(alone, Run(context, 1, 0, Ids));
        context.ClearAll();
        Assert.Equal(alone, Run(context, 0, 0, Ids));
    }
}
