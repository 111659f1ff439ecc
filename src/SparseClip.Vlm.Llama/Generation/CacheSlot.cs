using LLama.Native;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>A position in the KV cache and the batch that computed it.</summary>
/// <param name="Key">What stands there.</param>
/// <param name="ChunkStart">The first position of the prefill batch.</param>
/// <param name="ChunkEnd">The position after that batch; <see cref="ChunkStart"/> for a generated token.</param>
internal readonly record struct CachedPosition(PositionKey Key, int ChunkStart, int ChunkEnd);

/// <summary>A sequence of the context and what is known to be in it.</summary>
internal sealed class CacheSlot(LLamaSeqId sequence)
{
    /// <summary>Where it lies in the context; the slot table may move it.</summary>
    public LLamaSeqId Sequence { get; set; } = sequence;

    public List<CachedPosition> Positions { get; } = [];

    /// <summary>Whether its positions were computed with the adapter; without, the same inputs have other keys and values.</summary>
    public bool Adapted { get; set; }

    /// <summary>Whether a conversation runs in it.</summary>
    public bool Live { get; set; }

    /// <summary>Whether its cells may hold NaN, which outlives their removal.</summary>
    public bool Poisoned { get; set; }

    /// <summary>The number of the last release; 0 for never used.</summary>
    public long LastUsed { get; set; }

    /// <summary>How many positions of a prompt need not be computed. The last one always is, for its logits.</summary>
    /// <param name="plan">The prompt.</param>
    /// <param name="wholeChunks">Reuse only batches that were computed exactly as the prompt would be, and all before them too.</param>
    /// <param name="adapted">Whether the prompt is computed with the adapter.</param>
    public int Reusable(PromptPlan plan, bool wholeChunks, bool adapted)
    {
        if (adapted != Adapted)
        {
            return 0;
        }

        if (!wholeChunks)
        {
            var n = 0;
            var most = Math.Min(Positions.Count, plan.Length - 1);
            while (n < most && Positions[n].Key == plan.Keys[n])
            {
                n++;
            }

            return n;
        }

        var ready = 0;
        foreach (var chunk in plan.Chunks)
        {
            if (chunk.End >= plan.Length || chunk.End > Positions.Count || !Holds(chunk, plan))
            {
                break;
            }

            ready = chunk.End;
        }

        return ready;
    }

    private bool Holds(Chunk chunk, PromptPlan plan)
    {
        for (var p = chunk.Start; p < chunk.End; p++)
        {
            if (Positions[p] != new CachedPosition(plan.Keys[p], chunk.Start, chunk.End))
            {
                return false;
            }
        }

        return true;
    }
}
