namespace SparseClip.Vlm.Studies.Plots;

/// <summary>The counts of a histogram.</summary>
/// <param name="Lowest">Where the first bin begins.</param>
/// <param name="BinWidth">Above 0.</param>
/// <param name="Counts">One a bin; a value on the border of two belongs to the upper one, the highest of all to the last.</param>
internal sealed record HistogramCounts(double Lowest, double BinWidth, int[] Counts)
{
    /// <summary>Counts finite values within the bounds, which are those of the values unless given.</summary>
    /// <exception cref="ArgumentException">There is no finite value, or the bounds are out of order.</exception>
    public static HistogramCounts Of(IReadOnlyList<double> values, int bins, double? lowest, double? highest)
    {
        var finite = values.Where(double.IsFinite).ToList();
        if (finite.Count == 0)
        {
            throw new ArgumentException("There is no finite value to draw.", nameof(values));
        }

        var (low, high) = (lowest ?? finite.Min(), highest ?? finite.Max());
        if (low > high)
        {
            throw new ArgumentException($"The histogram would go from {low} down to {high}.", nameof(lowest));
        }

        var width = high > low ? (high - low) / bins : 1.0 / bins;
        var counts = new int[bins];
        foreach (var value in finite.Where(value => value >= low && value <= high))
        {
            counts[Math.Min((int)((value - low) / width), bins - 1)]++;
        }

        return new HistogramCounts(low, width, counts);
    }
}
