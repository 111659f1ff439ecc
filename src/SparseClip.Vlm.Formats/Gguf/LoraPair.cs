namespace SparseClip.Vlm.Formats.Gguf;

/// <summary>The two small matrices that LoRA adds to one weight: W + alpha / r * B A (Hu et al. 2021, section 4.1).</summary>
/// <param name="Tensor">The weight's name in the language model's GGUF file, such as `blk.0.attn_q.weight`.</param>
/// <param name="Rank">r.</param>
/// <param name="Inputs">Columns of the weight.</param>
/// <param name="Outputs">Rows of the weight.</param>
/// <param name="A">[r, in], row-major.</param>
/// <param name="B">[out, r], row-major.</param>
public sealed record LoraPair(string Tensor, int Rank, int Inputs, int Outputs, float[] A, float[] B);
