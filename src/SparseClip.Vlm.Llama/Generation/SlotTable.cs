using LLama.Native;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>
/// Gives conversations a sequence of the context, with as much of their prompt in it as any sequence has; idle sequences stay cached until
/// the least recently used one is needed.
/// </summary>
internal sealed class SlotTable(DecodeContext context)
{
    private readonly CacheSlot[] _slots = [.. Enumerable.Range(0, context.Sequences).Select(i => new CacheSlot((LLamaSeqId)i))];
    private long _releases;

    /// <summary>Takes a sequence for a prompt; null when all are busy. It holds the reusable positions and nothing else.</summary>
    public CacheSlot? TryAcquire(PromptPlan plan, bool deterministic, bool adapted)
    {
        var victim = LeastRecentlyUsed();
        if (victim is null && Array.TrueForAll(_slots, s => !s.Live))
        {
            HealAll();
            victim = LeastRecentlyUsed();
        }

        if (victim is null)
        {
            return null;
        }

        var best = _slots.Where(s => !s.Poisoned).MaxBy(s => s.Reusable(plan, deterministic, adapted))!;
        var shared = best.Reusable(plan, deterministic, adapted);
        // In place when the cached conversation loses no more than what is shared; else it stays and its beginning is copied.
        var inPlace = best == victim || (!best.Live && shared * 2 >= best.Positions.Count);
        var slot = inPlace ? best : victim;
        if (!inPlace && shared > 0)
        {
            context.CopyPrefix(best.Sequence, slot.Sequence, shared);
            slot.Positions.Clear();
            slot.Positions.AddRange(best.Positions.Take(shared));
        }
        else
        {
            Truncate(slot, inPlace ? shared : 0);
        }

        slot.Adapted = adapted;
        slot.Live = true;
        return slot;
    }

    /// <summary>Gives a sequence back; what is in it stays cached.</summary>
    public void Release(CacheSlot slot)
    {
        slot.Live = false;
        slot.LastUsed = ++_releases;
    }

    /// <summary>Forgets the end of a sequence.</summary>
    public void Truncate(CacheSlot slot, int length)
    {
        context.Truncate(slot.Sequence, length);
        slot.Positions.RemoveRange(length, slot.Positions.Count - length);
    }

    private CacheSlot? LeastRecentlyUsed() => _slots.Where(s => !s.Live && !s.Poisoned).MinBy(s => s.LastUsed);

    // Only possible while nobody runs: zeroing the buffers forgets every sequence.
    private void HealAll()
    {
        context.ClearAll();
        foreach (var slot in _slots)
        {
            slot.Poisoned = false;
            slot.Positions.Clear();
            slot.LastUsed = 0;
        }
    }
}
