using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Evaluation.Concepts;

namespace SparseClip.Vlm.Training.Concepts;

/// <summary>Pictures with what they show, for many concepts at once. Safe to read from several threads.</summary>
internal sealed class Sample
{
    /// <summary>The share of the pictures that show a concept less clearly than those that show it clearly.</summary>
    private const double ClearShare = 0.98;

    private readonly List<int>[] _shown; // [concepts] of pictures
    private readonly List<int>[] _unknown;
    private readonly float[] _lengths; // [pictures]

    public Sample(IReadOnlyList<ShownPicture> pictures, ConceptTruth truth, int concepts, AttributeFeatures? attributes)
    {
        SparseCode[] codes = [.. pictures.Select(picture => attributes?.Without(picture.Code) ?? picture.Code)];
        Rows = new SparseRows(codes);
        _lengths = [.. codes.Select(code => code.Norm)];
        (_shown, _unknown) = ([.. Enumerable.Range(0, concepts).Select(_ => new List<int>())], [.. Enumerable.Range(0, concepts).Select(_ => new List<int>())]);
        foreach (var (number, picture) in pictures.Index())
        {
            var (shown, unknown) = truth.Of(picture.Label, picture.Tags);
            foreach (var concept in shown)
            {
                _shown[concept].Add(number);
            }

            foreach (var concept in unknown)
            {
                _unknown[concept].Add(number);
            }
        }
    }

    public SparseRows Rows { get; }

    /// <summary>The pictures of which it is known whether they show a concept, and whether they do.</summary>
    public (int[] Pictures, bool[] Shows) Of(int concept)
    {
        var (unknown, shown) = (_unknown[concept].ToHashSet(), _shown[concept].ToHashSet());
        int[] pictures = [.. Enumerable.Range(0, Rows.Count).Where(picture => !unknown.Contains(picture))];
        return (pictures, [.. pictures.Select(shown.Contains)]);
    }

    /// <summary>The features that pictures which show it have most more of than others.</summary>
    public IEnumerable<int> Distinctive(int[] pictures, bool[] shows, int count)
    {
        var difference = new float[Rows.Dimension];
        var (those, others) = ((float)shows.Count(show => show), (float)shows.Count(show => !show));
        foreach (var (picture, shown) in pictures.Zip(shows))
        {
            Rows.AddTo(difference, picture, shown ? 1 / those : -1 / Math.Max(1, others));
        }

        return Enumerable.Range(0, difference.Length).Where(feature => difference[feature] > 0).OrderByDescending(feature => difference[feature]).Take(count);
    }

    /// <summary>The mean of a feature where a concept is shown.</summary>
    public double MeanWhere(int feature, int[] pictures, bool[] shows) => pictures.Zip(shows).Where(pair => pair.Second).Average(pair => Rows[pair.First, feature]);

    /// <summary>
    /// What a picture that clearly shows a concept has of its features, in the codes' own units: the mean over the pictures that show it, drawn out to the length that one in fifty of them exceeds. (Each has a
    /// few of the features, their mean a little of all, which is shorter.)
    /// </summary>
    public SparseCode Usual(SparseCode weights, int[] pictures, bool[] shows)
    {
        int[] showing = [.. pictures.Where((_, place) => shows[place])];
        var sums = new double[weights.L0];
        var lengths = new double[showing.Length];
        foreach (var (place, picture) in showing.Index())
        {
            var square = 0.0;
            for (var i = 0; i < weights.L0; i++)
            {
                var value = Rows[picture, weights.Indices[i]] * _lengths[picture];
                sums[i] += value;
                square += value * value;
            }

            lengths[place] = Math.Sqrt(square);
        }

        Array.Sort(lengths);
        var drawn = lengths[(int)(ClearShare * (lengths.Length - 1))] / Math.Sqrt(sums.Sum(sum => sum * sum));
        int[] kept = [.. Enumerable.Range(0, weights.L0).Where(i => sums[i] > 0)];
        return SparseCode.FromSorted(weights.Dimension, [.. kept.Select(i => weights.Indices[i])], [.. kept.Select(i => (float)(sums[i] * drawn))]);
    }

    /// <summary>How well weights tell the pictures that show a concept; null where none is known to show it, or all are.</summary>
    public ConceptEvidence? Try(int concept, SparseCode weights)
    {
        var (pictures, shows) = Of(concept);
        var count = shows.Count(show => show);
        if (count == 0 || count == shows.Length)
        {
            return null;
        }

        var scores = Rows.Products(weights);
        return new ConceptEvidence(MathF.Round((float)AreaUnderCurve.Of(pictures.Zip(shows, (picture, show) => (scores[picture], show))), 4), count, shows.Length - count);
    }
}
