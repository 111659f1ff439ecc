namespace SparseClip.Vlm.Studies.Plots;

/// <summary>One colour of a plot of grouped bars.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Values">One value a group; a NaN leaves its bar out.</param>
public sealed record BarSeries(string Name, IReadOnlyList<double> Values);
