using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Llama.Tests.Generation;

/// <summary>The engine's rounds, one by one.</summary>
public sealed class DecodeSchedulerTests(TinyModel tiny) : IDisposable
{
    private const int ContextLength = 256;
    private const int Chunk = 8;
    private static readonly GenerationOptions Options = new() { Sequences = 2, Threads = 1, PrefillChunk = Chunk };
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

    private DecodeScheduler NewScheduler() => new(_context, ContextLength, tuner: null, ended: _ => { }, CancellationToken.None);

    private Conversation Enqueue(DecodeScheduler scheduler, int length)
    {
        var request = new GenerationRequest([new TokenSegment(new int[length])], new SamplingOptions(100));
        var plan = PromptPlan.Create(request.Prompt, tiny.Model.Info, Chunk, ContextLength);
        var conversation = new Conversation(request, plan, tiny.Model, TestContext.Current.CancellationToken);
        scheduler.Enqueue(conversation);
        return conversation;
    }
}
