namespace SparseClip.Vlm.Core.Wording;

/// <summary>A word that is said of a picture.</summary>
/// <param name="Word">The concept's word, without an article.</param>
/// <param name="Confidence">The cosine of its code to the picture's, rounded to hundredths; above 0 to 1.</param>
/// <param name="IsOfPart">Whether it is nearest to a part of the picture and not among the nearest to the whole.</param>
public sealed record SeenWord(string Word, float Confidence, bool IsOfPart = false);
