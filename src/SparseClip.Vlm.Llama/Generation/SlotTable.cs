using LLama.Native;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>
/// Gives conversations a sequence of the context, with as much of their prompt in it as any sequence has; idle sequences stay cached until
/// the least recently used one is needed. Conversations that answer together are brought next to each other.
/// </summary>
internal sealed class SlotTable(DecodeContext context)
{
    /// <summary>A move costs about as much as so many passes over the weights.</summary>
    private const int DetoursOfMove = 4;

    private readonly CacheSlot[] _slots = [.. Enumerable.Range(0, context.Sequences).Select(i => new CacheSlot((LLamaSeqId)i))];
    private long _releases;
    private int _detours;

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
        if (slot.Positions.Count == 0)
        {
            Settle(slot);
        }

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

    /// <summary>
    /// Looks at who computes a step together. llama.cpp computes sequences whose numbers follow one another in one pass over the weights and begins another at each gap, so when the gaps have cost as much as a
    /// move does, one conversation is moved to the others.
    /// </summary>
    public void Gather(IReadOnlyCollection<CacheSlot> together)
    {
        var runs = Runs(together);
        if (runs.Count < 2 || (_detours += runs.Count - 1) < DetoursOfMove)
        {
            return;
        }

        _detours = 0;
        var home = runs.MaxBy(run => run.Count)!;
        MoveBeside(runs.Where(run => run != home).MinBy(run => run.Count)![0], home, _slots);
    }

    // An empty sequence costs little to lie elsewhere.
    private void Settle(CacheSlot slot)
    {
        var runs = Runs(_slots.Where(other => other.Live && other.Adapted == slot.Adapted));
        if (runs.Count > 0 && !runs.Exists(run => AreNeighbours(slot, run)))
        {
            MoveBeside(slot, runs.MaxBy(run => run.Count)!, _slots.Where(other => !other.Live));
        }
    }

    private void MoveBeside(CacheSlot guest, List<CacheSlot> home, IEnumerable<CacheSlot> places)
    {
        if (places.Where(slot => !slot.Poisoned && AreNeighbours(slot, home)).MinBy(slot => (slot.Live, slot.Positions.Count)) is { } beside)
        {
            context.Swap(guest.Sequence, guest.Positions.Count, beside.Sequence, beside.Positions.Count);
            (guest.Sequence, beside.Sequence) = (beside.Sequence, guest.Sequence);
        }
    }

    private static bool AreNeighbours(CacheSlot slot, List<CacheSlot> run) =>
        (int)slot.Sequence == (int)run[0].Sequence - 1 || (int)slot.Sequence == (int)run[^1].Sequence + 1;

    /// <summary>Cuts sequences where their numbers do not follow one another.</summary>
    private static List<List<CacheSlot>> Runs(IEnumerable<CacheSlot> slots)
    {
        var runs = new List<List<CacheSlot>>();
        foreach (var slot in slots.OrderBy(slot => (int)slot.Sequence))
        {
            if (runs.Count == 0 || (int)runs[^1][^1].Sequence + 1 != (int)slot.Sequence)
            {
                runs.Add([]);
            }

            runs[^1].Add(slot);
        }

        return runs;
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
