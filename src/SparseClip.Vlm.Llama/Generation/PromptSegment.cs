namespace SparseClip.Vlm.Llama.Generation;

/// <summary>
/// A piece of a prompt. Pieces follow one another without anything between them. Prefill ends a batch at every border, so a conversation
/// that keeps its borders (system text, picture, turn, turn) can take whole pieces from the KV cache.
/// </summary>
public abstract record PromptSegment;

/// <summary>Token ids.</summary>
/// <param name="Tokens">Each in 0..VocabularySize-1.</param>
public sealed record TokenSegment(ReadOnlyMemory<int> Tokens) : PromptSegment;

/// <summary>
/// Input embeddings, one a position, such as the words an adapter finds for a picture. The KV cache knows them again by their content, so the
/// same picture with the same steering is not computed twice, and any change is.
/// </summary>
/// <param name="Values">[n, EmbeddingSize] row by row, all finite.</param>
public sealed record EmbeddingSegment(ReadOnlyMemory<float> Values) : PromptSegment;
