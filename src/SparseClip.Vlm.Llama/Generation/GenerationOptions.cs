using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>The number format of the KV cache.</summary>
public enum KvCacheType
{
    /// <summary>32 bits: exact, and twice as large.</summary>
    F32 = 0,

    /// <summary>16 bits.</summary>
    F16 = 1,
}

/// <summary>Whether attention runs fused.</summary>
public enum FlashAttention
{
    /// <summary>Where the backend has it.</summary>
    Auto = -1,

    /// <summary>Never.</summary>
    Off = 0,

    /// <summary>Always.</summary>
    On = 1,
}

/// <summary>The shape of a <see cref="GenerationEngine"/>.</summary>
public sealed record GenerationOptions
{
    /// <summary>Conversations that the KV cache holds at once, running or idle; 1..63. Memory grows with <see cref="Sequences"/> x <see cref="ContextLength"/>.</summary>
    public int Sequences { get; init; } = 8;

    /// <summary>Positions of one conversation, prompt and answer together; rounded up to a multiple of 256. 0 for the model's own length, 2,048 at most.</summary>
    public int ContextLength { get; init; }

    /// <summary>Prompt positions that are computed between two steps of the running answers, and at once of a deterministic prompt; 8..2048.</summary>
    public int PrefillChunk { get; init; } = 64;

    /// <summary>
    /// Prompt positions, of one prompt or of several, that are computed at once while no answer is running, at least <see cref="PrefillChunk"/> and at most 2048: the more, the faster (docs/benchmarks.md), and the
    /// longer whoever comes meanwhile waits.
    /// </summary>
    public int PrefillAlone { get; init; } = 512;

    /// <summary>Requests that wait for a place before <see cref="Core.Pipeline.ModelBusyException"/>; 1..10,000.</summary>
    public int QueueLimit { get; init; } = 64;

    /// <summary>
    /// Threads of every decode, 1..512. 0 for the physical cores this process may use; a step of one token then takes one thread where that is
    /// faster, as it is while other programs keep the cores busy, unless the answer is a deterministic one.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>F16 halves the memory; F32 with <see cref="FlashAttention.Off"/> is within 3e-6 of a float32 forward pass.</summary>
    public KvCacheType KvType { get; init; } = KvCacheType.F16;

    /// <summary>Where the backend has it, by default, as llama-server: faster throughout (docs/benchmarks.md). It splits its sums by the number of threads, so the last bits depend on that.</summary>
    public FlashAttention FlashAttention { get; init; } = FlashAttention.Auto;

    /// <summary>Checks the ranges and decides the length of a conversation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    internal int Check(ModelInfo model)
    {
        Range(Sequences, 1, 63, nameof(Sequences));
        Range(ContextLength, 0, model.TrainedContextLength, nameof(ContextLength));
        Range(PrefillChunk, 8, 2048, nameof(PrefillChunk));
        Range(PrefillAlone, 8, 2048, nameof(PrefillAlone));
        Range(QueueLimit, 1, 10_000, nameof(QueueLimit));
        Range(Threads, 0, 512, nameof(Threads));
        return ContextLength > 0 ? ContextLength : Math.Min(model.TrainedContextLength, LongestByDefault);
    }

    private const int LongestByDefault = 2048;

    private static void Range(int value, int least, int most, string name)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be in {least}..{most}.");
        }
    }
}
