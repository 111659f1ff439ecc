using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>A prompt and how to go on from it.</summary>
/// <param name="Prompt">The pieces, at least one position together.</param>
/// <param name="Sampling">How tokens are chosen.</param>
public sealed record GenerationRequest(IReadOnlyList<PromptSegment> Prompt, SamplingOptions Sampling)
{
    /// <summary>
    /// Whether the same request gives the same text whatever the KV cache holds and whoever else generates. True (the default) decodes this
    /// conversation in batches of its own and reuses only what prefill computed in the same batches, so that every logit is bit-identical;
    /// an earlier answer is then prefilled again. False batches it with others and reuses every known position: faster under load, and
    /// the last bits of a logit, seldom a word, may differ.
    /// </summary>
    public bool Deterministic { get; init; } = true;

    /// <summary>Whether the engine's <see cref="GenerationEngine.Adapter"/> applies to the whole of it, prompt and answer; the engine must have one.</summary>
    public bool Adapted { get; init; }
}
