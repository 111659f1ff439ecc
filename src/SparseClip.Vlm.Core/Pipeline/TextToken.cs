namespace SparseClip.Vlm.Core.Pipeline;

/// <summary>A token of a text.</summary>
/// <param name="Id">Its number in the language model's vocabulary.</param>
/// <param name="Bytes">Its UTF-8, which may be a part of a character.</param>
public readonly record struct TextToken(int Id, ReadOnlyMemory<byte> Bytes);
