using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>A word that the code of a picture can be compared with.</summary>
/// <param name="Word">The word or phrase, as people say it, without an article.</param>
/// <param name="Code">The text tower's code of it, of length 1.</param>
/// <param name="Weight">How readily it is said: a factor on its cosine with a picture's code, above 0 up to <see cref="LargestWeight"/>.</param>
public sealed record ConceptCode(string Word, SparseCode Code, float Weight = 1f)
{
    /// <summary>The largest weight.</summary>
    public const float LargestWeight = 10f;
}
