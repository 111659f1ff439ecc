namespace SparseClip.Vlm.Evaluation.Concepts;

/// <summary>The area under the curve of true over false positives: the share of pairs of a picture that shows something and one that does not in which the first has more of it, ties half.</summary>
public static class AreaUnderCurve
{
    /// <summary>The share of pairs in the right order.</summary>
    /// <param name="pictures">Of each picture how much it has of what is looked for, and whether it shows it; some of both kinds.</param>
    /// <returns>0..1; 0.5 where the scores say nothing.</returns>
    public static double Of(IEnumerable<(float Score, bool Shows)> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        double rankSum = 0;
        long those = 0, seen = 0;
        foreach (var tie in pictures.GroupBy(picture => picture.Score).OrderBy(tie => tie.Key))
        {
            var (count, shown) = (tie.Count(), tie.Count(picture => picture.Shows));
            rankSum += shown * (seen + ((count + 1) / 2.0));
            those += shown;
            seen += count;
        }

        return (rankSum - (those * (those + 1) / 2.0)) / (those * (double)(seen - those));
    }
}
