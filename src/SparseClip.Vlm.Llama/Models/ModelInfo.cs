namespace SparseClip.Vlm.Llama.Models;

/// <summary>What a language model says of itself.</summary>
/// <param name="Description">llama.cpp's own words: architecture, size, quantisation.</param>
/// <param name="EmbeddingSize">d: the length of one input embedding.</param>
/// <param name="VocabularySize">The number of tokens.</param>
/// <param name="LayerCount">Transformer blocks.</param>
/// <param name="TrainedContextLength">Positions the model was trained for.</param>
/// <param name="ParameterCount">Weights.</param>
/// <param name="BeginOfSequence">The id of the token that begins a text; -1 for none.</param>
/// <param name="EndOfSequence">The id of the token that ends a text; -1 for none.</param>
/// <param name="ChatTemplate">The Jinja chat template of the file; null for none.</param>
public sealed record ModelInfo(
    string Description, int EmbeddingSize, int VocabularySize, int LayerCount, int TrainedContextLength, long ParameterCount,
    int BeginOfSequence, int EndOfSequence, string? ChatTemplate);
