using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>How likely a label is among others.</summary>
/// <param name="Label">The label.</param>
/// <param name="Probability">0 to 1; those of all labels sum to 1.</param>
/// <param name="Cosine">Of its code and the picture's.</param>
public sealed record LabelOdds(string Label, double Probability, float Cosine);

/// <summary>Which of some labels a picture shows, and why.</summary>
/// <param name="Labels">The labels, the likeliest first.</param>
/// <param name="Reasons">What each feature contributes to the log odds of the first label against the second, what speaks most for the first first; together they are those odds.</param>
public sealed record LabelChoice(IReadOnlyList<LabelOdds> Labels, IReadOnlyList<Carrier> Reasons)
{
    /// <summary>Chooses.</summary>
    /// <param name="picture">The picture's code, without what does not count.</param>
    /// <param name="labels">Two or more labels with their unit codes.</param>
    /// <param name="scale">The tower's factor on cosines, above 0.</param>
    public static LabelChoice Of(SparseCode picture, IReadOnlyList<(string Label, SparseCode Code)> labels, double scale)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(labels.Count, 2);
        var unit = picture.ToUnit();
        var near = labels.Select(label => (label.Label, label.Code, Cosine: unit.Dot(label.Code))).OrderByDescending(label => label.Cosine).ToList();
        var weights = near.Select(label => Math.Exp(scale * (label.Cosine - near[0].Cosine))).ToList();
        var sum = weights.Sum();
        var (first, second) = (near[0].Code, near[1].Code);
        var reasons = new List<Carrier>();
        for (var i = 0; i < unit.L0; i++)
        {
            var feature = unit.Indices[i];
            var score = (float)(scale * unit.Values[i] * (first[feature] - second[feature]));
            if (score != 0)
            {
                reasons.Add(new Carrier(feature, score));
            }
        }

        return new LabelChoice(
            [.. near.Select((label, place) => new LabelOdds(label.Label, weights[place] / sum, label.Cosine))], [.. reasons.OrderByDescending(reason => reason.Score).ThenBy(reason => reason.Feature)]);
    }
}
