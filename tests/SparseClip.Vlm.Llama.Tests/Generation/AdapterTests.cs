using LLama.Native;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Llama.Tests.Generation;

/// <summary>A LoRA adapter that some requests ask for and others do not.</summary>
public sealed class AdapterTests(TinyAdapter tiny, TinyModel other)
{
    private const int ContextLength = 256;
    private const int Chunk = 8;
    private static readonly int[] Ids = [.. Enumerable.Range(0, 40).Select(i => i * 37 % 256)];
    private static readonly GenerationOptions Options = new()
    {
        Sequences = 3,
        ContextLength = ContextLength,
        Threads = 1,
        PrefillChunk = Chunk,
        KvType = KvCacheType.F32,
    };

    [Fact]
    public void Logits_with_the_adapter_are_those_of_the_merged_weights()
    {
        using var context = New();
        using var merged = new DecodeContext(tiny.Merged, Options with { PrefillChunk = 64 }, ContextLength);
        context.Adapted = true;

        var (with, expected) = (Run(context, 0), Run(merged, 0));

        Assert.All(expected.Zip(with), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
        Assert.Contains(expected.Zip(Run(merged, 1, Ids[..39])), pair => Math.Abs(pair.First - pair.Second) > 0.1f);
    }

    [Fact]
    public void Switching_the_adapter_back_gives_the_bits_of_before()
    {
        using var context = New();
        using var plain = new DecodeContext(tiny.Model, Options with { PrefillChunk = 64 }, ContextLength);
        var without = Run(context, 0);
        context.Adapted = true;
        var with = Run(context, 1);
        context.Adapted = false;

        Assert.Equal(without, Run(context, 2));
        Assert.Equal(without, Run(plain, 0));
        context.Truncate((LLamaSeqId)1, 0);
        context.Adapted = true;
        Assert.Equal(with, Run(context, 1));
        Assert.Contains(with.Zip(without), pair => Math.Abs(pair.First - pair.Second) > 0.1f);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Requests_with_and_without_it_say_at_once_what_each_says_alone(bool deterministic)
    {
        var cancel = TestContext.Current.CancellationToken;
        GenerationRequest[] requests = [.. new[] { "one and the same prompt", "another one" }.SelectMany(text => (GenerationRequest[])
            [Ask(text) with { Deterministic = deterministic }, Ask(text) with { Deterministic = deterministic, Adapted = true }])];
        await using var engine = NewEngine();
        var together = await Task.WhenAll(requests.Select(request => Task.Run(() => Answer.Of(engine, request, cancel), cancel)));
        for (var i = 0; i < requests.Length; i++)
        {
            await using var fresh = NewEngine();
            Assert.Equal((await Answer.Of(fresh, requests[i], cancel)).Text, together[i].Text);
        }

        Assert.NotEqual(together[0].Text, together[1].Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_computed_without_it_is_not_reused_with_it(bool deterministic)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var engine = NewEngine();
        var (plain, adapted) = (Ask("one and the same prompt") with { Deterministic = deterministic }, Ask("one and the same prompt") with { Deterministic = deterministic, Adapted = true });
        var cached = new List<bool>();
        foreach (var request in (GenerationRequest[])[plain, adapted, plain, adapted, adapted])
        {
            await using var cold = NewEngine();
            var answer = await Answer.Of(engine, request, cancel);
            Assert.Equal((await Answer.Of(cold, request, cancel)).Text, answer.Text);
            cached.Add(answer.End.Timings.CacheN > 0);
        }

        Assert.Equal([false, false, true, true, true], cached);
    }

    [Fact]
    public async Task A_client_with_it_that_leaves_disturbs_nobody_without()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var engine = NewEngine();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var staying = Task.Run(() => Answer.Of(engine, Ask("one and the same prompt"), cancel), cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in engine.GenerateAsync(Ask(new string('x', 100)) with { Adapted = true }, leaving.Token))
            {
                await leaving.CancelAsync();
            }
        });

        await using var fresh = NewEngine();
        Assert.Equal((await Answer.Of(fresh, Ask("one and the same prompt"), cancel)).Text, (await staying).Text);
    }

    [Fact]
    public void Both_kinds_go_on_by_a_token_a_round_while_a_prompt_is_read()
    {
        using var context = new DecodeContext(tiny.Model, Options, ContextLength, tiny.Adapter);
        var scheduler = new DecodeScheduler(context, Options, ContextLength, tuner: null, ended: _ => { }, CancellationToken.None);
        var (plain, adapted) = (Enqueue(scheduler, 3, adapted: false), Enqueue(scheduler, 3, adapted: true));
        scheduler.Step();
        scheduler.Step();
        var prompt = Enqueue(scheduler, 5 * Chunk, adapted: true);
        var (before, start) = (plain.Slot!.Positions.Count, adapted.Slot!.Positions.Count);
        for (var round = 1; round <= 4; round++)
        {
            scheduler.Step();
            Assert.Equal(
                (before + round, start + round, round * Chunk), (plain.Slot!.Positions.Count, adapted.Slot!.Positions.Count, prompt.Slot!.Positions.Count));
        }

        scheduler.FailAll(new OperationCanceledException());
    }

    [Fact]
    public async Task An_adapter_that_is_not_there_is_not_left_out_in_silence()
    {
        await using var engine = new GenerationEngine(tiny.Model, Options);
        var error = await Assert.ThrowsAsync<ArgumentException>(() => Answer.Of(engine, Ask("hello") with { Adapted = true }, TestContext.Current.CancellationToken));
        Assert.Contains("no", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, engine.InFlight);
        using var context = new DecodeContext(tiny.Model, Options, ContextLength);
        Assert.Throws<InvalidOperationException>(() => context.Adapted = true);
    }

    [Fact]
    public void The_adapter_of_another_model_is_refused() =>
        Assert.Contains(tiny.Path, Assert.Throws<ArgumentException>(() => new GenerationEngine(other.Model, Options, tiny.Adapter)).Message, StringComparison.Ordinal);

    private DecodeContext New() => new(tiny.Model, Options with { PrefillChunk = 64 }, ContextLength, tiny.Adapter);

    private GenerationEngine NewEngine() => new(tiny.Model, Options, tiny.Adapter);

    // Drawn with a seed: greedily the tiny model repeats one letter.
    private GenerationRequest Ask(string text) => new([Answer.Tokens(tiny.Model, text)], new SamplingOptions(20, Temperature: 2, Seed: 3));

    private static float[] Run(DecodeContext context, int sequence, int[]? ids = null)
    {
        LLamaToken[] tokens = [.. (ids ?? Ids).Select(id => (LLamaToken)id)];
        Assert.Equal(DecodeResult.Ok, context.DecodeTokens((LLamaSeqId)sequence, 0, tokens, lastLogits: true, CancellationToken.None));
        return context.Logits(tokens.Length - 1).ToArray();
    }

    private Conversation Enqueue(DecodeScheduler scheduler, int length, bool adapted)
    {
        var request = new GenerationRequest([new TokenSegment(new int[length])], new SamplingOptions(100)) { Adapted = adapted };
        var plan = PromptPlan.Create(request.Prompt, tiny.Model.Info, Chunk, ContextLength);
        var conversation = new Conversation(request, plan, tiny.Model, TestContext.Current.CancellationToken);
        scheduler.Enqueue(conversation);
        return conversation;
    }
}
