using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>What happens while a request is served: prefill progress, then text, then one <see cref="GenerationFinished"/>.</summary>
public abstract record GenerationEvent;

/// <summary>A batch of the prompt was computed.</summary>
/// <param name="Done">Prompt positions that are ready, the cached ones included.</param>
/// <param name="Total">Prompt positions.</param>
/// <param name="Cached">Prompt positions that came from the KV cache.</param>
public sealed record PrefillProgress(int Done, int Total, int Cached) : GenerationEvent;

/// <summary>More text: whole characters only, never part of a stop string.</summary>
public sealed record TokenText(string Text) : GenerationEvent
{
    /// <summary>The tokens that begin in this text, where <see cref="SamplingOptions.Likeliest"/> asks for them.</summary>
    public IReadOnlyList<ChosenToken> Tokens { get; init; } = [];
}

/// <summary>Why generation ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended its answer, or a stop string appeared.</summary>
    Stop,

    /// <summary>The token limit or the end of the context was reached.</summary>
    Length,
}

/// <summary>The end; nothing follows.</summary>
public sealed record GenerationFinished(FinishReason Reason, GenerationTimings Timings) : GenerationEvent;

/// <summary>Counts and times, named as llama-server names them.</summary>
/// <param name="CacheN">Prompt positions from the KV cache.</param>
/// <param name="PromptN">Prompt positions computed.</param>
/// <param name="PromptMs">From the start of prefill to its last logits, in milliseconds.</param>
/// <param name="PredictedN">Tokens generated, the one that ended the answer not counted.</param>
/// <param name="PredictedMs">From the last prompt logits to the end, in milliseconds.</param>
public sealed record GenerationTimings(int CacheN, int PromptN, double PromptMs, int PredictedN, double PredictedMs);
