using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Data.Randomness;

namespace SparseClip.Vlm.Evaluation.Dialogue;

/// <summary>Labels that a picture does not show: any, and one that is easily mistaken for its own.</summary>
/// <param name="labels">The labels of the set.</param>
/// <param name="matcher">Decides whether two labels mean the same.</param>
/// <param name="relations">Wider words; null for none: then none is easily mistaken.</param>
/// <param name="seed">Chooses.</param>
public sealed class OtherLabels(IReadOnlyList<string> labels, SubjectMatcher matcher, IWordRelations? relations, int seed)
{
    private readonly Siblings _siblings = new(labels, relations);

    /// <summary>Any label that means another thing and no wider or narrower one; null where the set has none.</summary>
    /// <param name="label">The picture's own.</param>
    /// <param name="number">The picture's number.</param>
    public string? Any(string label, int number)
    {
        var random = new SeededRandom(seed, number);
        return Enumerable.Range(0, 50).Select(_ => random.Pick(labels)).FirstOrDefault(other => IsAnother(other, label));
    }

    /// <summary>A label under the same wider word; null where there is none.</summary>
    /// <inheritdoc cref="Any"/>
    public string? Sibling(string label, int number) => _siblings.Draw(label, new SeededRandom(seed, number, 1)) is { } sibling && IsAnother(sibling, label) ? sibling : null;

    private bool IsAnother(string other, string label) => !matcher.AreSame(other, label) && !WordTruth.SharesAWord(other, [label])
        && relations?.WiderThan(label).Contains(other) != true && relations?.WiderThan(other).Contains(label) != true;
}
