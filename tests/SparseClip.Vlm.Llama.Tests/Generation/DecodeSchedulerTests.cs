using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Llama.Tests.Generation;

/// <summary>The engine's rounds, one by one.</summary>
public sealed class DecodeSchedulerTests(TinyModel tiny) : IDisposable
{
    private const int ContextLength = 256;
    private const int Chunk = 8;
    private static readonly GenerationOptions Options = new() { Sequences = 5, Threads = 1, PrefillChunk = Chunk, PrefillAlone = 5 * Chunk };
    private readonly DecodeContext _context = new(tiny.Model, Options, ContextLength);

    public void Dispose() => _context.Dispose();

    [Fact]
    public void Prompts_take_turns_batch_by_batch()
    {
        var scheduler = NewScheduler();
        var (one, two) = (Enqueue(scheduler, 5 * Chunk), Enqueue(scheduler, 5 * Chunk));
        for (var round = 1; round <= 6; round++)
        {
            scheduler.Step();
            Assert.Equal(((round + 1) / 2 * Chunk, round / 2 * Chunk), (one.Slot!.Positions.Count, two.Slot!.Positions.Count));
        }

        scheduler.FailAll(new OperationCanceledException());
    }

    [Fact]
    public void A_long_prompt_does_not_hold_up_an_answer()
    {
        var scheduler = NewScheduler();
        var answer = Enqueue(scheduler, 3);
        scheduler.Step();
        var prompt = Enqueue(scheduler, 5 * Chunk);
        for (var round = 1; round <= 4; round++)
        {
            scheduler.Step();
            Assert.Equal((3 + round, round * Chunk), (answer.Slot!.Positions.Count, prompt.Slot!.Positions.Count));
        }

        scheduler.FailAll(new OperationCanceledException());
    }

    [Fact]
    public void While_no_answer_runs_prompts_are_computed_together_as_far_as_they_fit()
    {
        var scheduler = NewScheduler();
        Conversation[] prompts = [.. Enumerable.Range(0, 3).Select(_ => Enqueue(scheduler, 2 * Chunk, deterministic: false))];
        scheduler.Step();
        Assert.Equal([2 * Chunk, 2 * Chunk, 0], prompts.Select(prompt => prompt.Slot!.Positions.Count));

        // One waits for two that answer: they are held up by one batch.
        scheduler.Step();
        Assert.Equal([(2 * Chunk) + 1, (2 * Chunk) + 1, Chunk], prompts.Select(prompt => prompt.Slot!.Positions.Count));
        scheduler.FailAll(new OperationCanceledException());
    }

    [Fact]
    public void Where_more_prompts_wait_than_answers_run_the_answers_are_held_up_by_more()
    {
        var scheduler = NewScheduler();
        var answer = Enqueue(scheduler, 3, deterministic: false);
        scheduler.Step();
        Conversation[] prompts = [.. Enumerable.Range(0, 4).Select(_ => Enqueue(scheduler, Chunk, deterministic: false))];
        scheduler.Step();
        Assert.Equal([4, Chunk, Chunk, Chunk, Chunk], prompts.Prepend(answer).Select(one => one.Slot!.Positions.Count));
        scheduler.FailAll(new OperationCanceledException());
    }

    [Fact]
    public void A_prompt_that_need_not_be_exact_is_computed_in_larger_batches_when_alone()
    {
        var scheduler = NewScheduler();
        var (exact, other) = (Enqueue(scheduler, 9 * Chunk), Enqueue(scheduler, 9 * Chunk, deterministic: false));
        scheduler.Step();
        scheduler.Step();
        Assert.Equal((Chunk, 5 * Chunk), (exact.Slot!.Positions.Count, other.Slot!.Positions.Count));
        scheduler.FailAll(new OperationCanceledException());
    }

    private DecodeScheduler NewScheduler() => new(_context, Options, ContextLength, tuner: null, ended: _ => { }, CancellationToken.None);

    private Conversation Enqueue(DecodeScheduler scheduler, int length, bool deterministic = true)
    {
        var request = new GenerationRequest([new TokenSegment(new int[length])], new SamplingOptions(100)) { Deterministic = deterministic };
        var plan = PromptPlan.Create(request.Prompt, tiny.Model.Info, Chunk, ContextLength);
        var conversation = new Conversation(request, plan, tiny.Model, TestContext.Current.CancellationToken);
        scheduler.Enqueue(conversation);
        return conversation;
    }
}
