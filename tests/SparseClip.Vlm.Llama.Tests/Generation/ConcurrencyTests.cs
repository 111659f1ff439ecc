using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Llama.Tests.Generation;

public sealed class ConcurrencyTests(SmolLm smol, TinyModel tiny)
{
    private static readonly GenerationOptions Options = new() { Sequences = 4, ContextLength = 256, Threads = 1, PrefillChunk = 16 };

    private static readonly string[] Prompts = ["The capital of France is", "1, 2, 3, 4,", "A cat sat on the", "Once upon a time there was"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Four_at_once_say_what_each_says_alone(bool deterministic)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var engine = new GenerationEngine(smol.Model, Options);
        var requests = Prompts.Select(p => Answer.Ask(smol.Model, p, 12) with { Deterministic = deterministic }).ToArray();
        var together = await Task.WhenAll(requests.Select(r => Task.Run(() => Answer.Of(engine, r, cancel), cancel)));
        await using var fresh = new GenerationEngine(smol.Model, Options);
        for (var i = 0; i < requests.Length; i++)
        {
            Assert.Equal((await Answer.Of(fresh, requests[i], cancel)).Text, together[i].Text);
        }
    }

    [Fact]
    public async Task A_deterministic_answer_has_the_same_bits_alone_and_among_31_others()
    {
        var cancel = TestContext.Current.CancellationToken;
        var options = Options with { Sequences = 32, Threads = 0 };
        var request = Answer.Ask(smol.Model, "A cat sat on the", 12);
        request = request with { Sampling = request.Sampling with { Likeliest = 3 } };
        await using var engine = new GenerationEngine(smol.Model, options);
        var alone = await Answer.Of(engine, request, cancel);
        var others = Enumerable.Range(0, 31).Select(i => Answer.Of(engine, Answer.Ask(smol.Model, $"{i} is a number that", 16) with { Deterministic = false }, cancel)).ToArray();
        var among = await Answer.Of(engine, request, cancel);
        await Task.WhenAll(others);

        Assert.NotEmpty(alone.Chosen);
        Assert.Equal(alone.Chosen.Select(token => token.Token.LogProbability), among.Chosen.Select(token => token.Token.LogProbability));
        Assert.Equal(alone.Text, among.Text);
    }

    [Fact]
    public async Task More_than_there_are_sequences_wait_their_turn()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var engine = new GenerationEngine(tiny.Model, Options with { Sequences = 2 });
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Answer.Of(engine, Answer.Ask(tiny.Model, $"number {i}", 5), cancel)));
        Assert.All(answers, a => Assert.InRange(a.End.Timings.PredictedN, 0, 5));
        Assert.Equal(0, engine.InFlight);
    }

    [Fact]
    public async Task A_full_queue_is_told_at_once_and_serves_again_later()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var engine = new GenerationEngine(tiny.Model, Options with { Sequences = 1, QueueLimit = 2, ContextLength = 1024 });
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using var running = engine.GenerateAsync(Answer.Ask(tiny.Model, "0 tell me all", 1000), leaving.Token).GetAsyncEnumerator(leaving.Token);
        Assert.True(await running.MoveNextAsync());
        var waiting = Enumerable.Range(1, 2).Select(i => Answer.Of(engine, Answer.Ask(tiny.Model, $"{i} tell me all", 1000), leaving.Token)).ToArray();
        // What happens a round later finds that the engine's thread has taken the two out of the queue, so only the count can refuse.
        var seen = 0;
        while (seen < 3 && await running.MoveNextAsync())
        {
            seen += running.Current is TokenText ? 1 : 0;
        }

        var busy = await Assert.ThrowsAsync<ModelBusyException>(() => Answer.Of(engine, Answer.Ask(tiny.Model, "me too"), cancel));
        Assert.True(busy.RetryAfter >= TimeSpan.FromSeconds(1));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await running.MoveNextAsync())
            {
            }
        });
        foreach (var task in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        }

        // The engine's thread notices within a step.
        while (engine.InFlight > 0)
        {
            await Task.Yield();
        }

        Assert.NotEmpty((await Answer.Of(engine, Answer.Ask(tiny.Model, "and now"), cancel)).Prefill);
    }

    [Fact]
    public async Task A_client_that_leaves_during_prefill_disturbs_nobody()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var engine = new GenerationEngine(smol.Model, Options with { PrefillChunk = 8 });
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var other = Task.Run(() => Answer.Of(engine, Answer.Ask(smol.Model, Prompts[0], 12), cancel), cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            var words = string.Join(' ', Enumerable.Range(0, 60));
            await foreach (var happened in engine.GenerateAsync(Answer.Ask(smol.Model, words), leaving.Token))
            {
                Assert.True(Assert.IsType<PrefillProgress>(happened).Done < 100);
                await leaving.CancelAsync();
            }
        });
        await using var fresh = new GenerationEngine(smol.Model, Options);
        Assert.Equal((await Answer.Of(fresh, Answer.Ask(smol.Model, Prompts[0], 12), cancel)).Text, (await other).Text);
        Assert.Equal((await Answer.Of(fresh, Answer.Ask(smol.Model, Prompts[1], 12), cancel)).Text, (await Answer.Of(engine, Answer.Ask(smol.Model, Prompts[1], 12), cancel)).Text);
    }

    [Fact]
    public async Task Leaving_the_enumeration_ends_the_conversation()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var engine = new GenerationEngine(tiny.Model, Options with { ContextLength = 1024 });
        await foreach (var happened in engine.GenerateAsync(Answer.Ask(tiny.Model, "go on", 1000), cancel))
        {
            if (happened is TokenText or GenerationFinished)
            {
                break;
            }
        }

        while (engine.InFlight > 0)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Disposing_ends_what_runs_and_refuses_what_comes()
    {
        var cancel = TestContext.Current.CancellationToken;
        var engine = new GenerationEngine(tiny.Model, Options with { ContextLength = 1024 });
        var running = Answer.Of(engine, Answer.Ask(tiny.Model, "go on", 1000) with { Prompt = [new TokenSegment(new int[900])] }, cancel);
        await engine.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => running);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Answer.Of(engine, Answer.Ask(tiny.Model, "again"), cancel));
        await engine.DisposeAsync();
    }
}
