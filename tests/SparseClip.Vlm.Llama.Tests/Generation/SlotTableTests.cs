using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Llama.Tests.Generation;

/// <summary>Where conversations lie in the context.</summary>
public sealed class SlotTableTests(TinyModel tiny) : IDisposable
{
    private const int ContextLength = 256;
    private readonly DecodeContext _context = new(tiny.Model, new GenerationOptions { Sequences = 6, Threads = 1 }, ContextLength);

    public void Dispose() => _context.Dispose();

    private CacheSlot Take(SlotTable slots, int id, bool adapted = false) =>
        slots.TryAcquire(PromptPlan.Create([new TokenSegment(new[] { id, id, id })], tiny.Model.Info, 8, ContextLength), deterministic: false, adapted)!;

    private static int[] Sequences(IEnumerable<CacheSlot> slots) => [.. slots.Select(slot => (int)slot.Sequence).Order()];

    [Fact]
    public void Those_who_answer_together_are_brought_next_to_each_other_when_the_gaps_have_cost_as_much()
    {
        var slots = new SlotTable(_context);
        var all = Enumerable.Range(1, 6).Select(i => Take(slots, i)).ToList();
        CacheSlot[] together = [all[0], all[2], all[5]];
        Assert.Equal([0, 2, 5], Sequences(together));

        slots.Gather(together);
        Assert.Equal([0, 2, 5], Sequences(together));
        for (var step = 0; step < 5; step++)
        {
            slots.Gather(together);
        }

        Assert.Equal(2, Sequences(together)[2] - Sequences(together)[0]);
        Assert.Equal([0, 1, 2, 3, 4, 5], Sequences(all));
    }

    [Fact]
    public void Who_comes_without_a_past_is_put_beside_those_who_run()
    {
        var slots = new SlotTable(_context);
        var all = Enumerable.Range(1, 6).Select(i => Take(slots, i)).ToList();
        foreach (var idle in (CacheSlot[])[all[0], all[1], all[4], all[5]])
        {
            slots.Release(idle);
        }

        // 2 and 3 run; the least recently used one is 0.
        var latest = Take(slots, 7);
        Assert.Contains((int)latest.Sequence, (int[])[1, 4]);
        Assert.Equal([0, 1, 2, 3, 4, 5], Sequences(all));
    }

    [Fact]
    public void Who_computes_otherwise_is_no_reason_to_move()
    {
        var slots = new SlotTable(_context);
        var all = Enumerable.Range(1, 6).Select(i => Take(slots, i)).ToList();
        foreach (var idle in (CacheSlot[])[all[0], all[1], all[4], all[5]])
        {
            slots.Release(idle);
        }

        Assert.Equal(0, (int)Take(slots, 7, adapted: true).Sequence);
    }
}
