using LLama.Native;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>A token that a step computes, with its logits.</summary>
/// <param name="Sequence">Whose.</param>
/// <param name="Position">Where in the sequence.</param>
/// <param name="Token">Which.</param>
internal readonly record struct StepEntry(LLamaSeqId Sequence, LLamaPos Position, LLamaToken Token);
