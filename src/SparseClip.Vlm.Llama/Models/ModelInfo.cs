namespace SparseClip.Vlm.Llama.Models;

/// <summary>What a language model says of itself.</summary>
/// <param name="EmbeddingSize">d: the length of one input embedding.</param>
/// <param name="VocabularySize">The number of tokens.</param>
/// <param name="TrainedContextLength">Positions the model was trained for.</param>
public sealed record ModelInfo(int EmbeddingSize, int VocabularySize, int TrainedContextLength);
