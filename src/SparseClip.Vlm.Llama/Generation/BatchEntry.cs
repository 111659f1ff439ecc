namespace SparseClip.Vlm.Llama.Generation;

/// <summary>One position of a batch.</summary>
/// <param name="Sequence">Whose.</param>
/// <param name="Position">Where in the sequence.</param>
/// <param name="Logits">Whether its logits are wanted.</param>
internal readonly record struct BatchEntry(int Sequence, int Position, bool Logits);
