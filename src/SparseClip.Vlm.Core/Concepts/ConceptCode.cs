using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>A word that the code of a picture can be compared with.</summary>
/// <param name="Word">The word or phrase, as people say it, without an article.</param>
/// <param name="Code">The text tower's code of it, of length 1.</param>
public sealed record ConceptCode(string Word, SparseCode Code);
