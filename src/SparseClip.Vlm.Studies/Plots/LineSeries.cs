namespace SparseClip.Vlm.Studies.Plots;

/// <summary>One line of a line plot.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="X">Ascending places.</param>
/// <param name="Y">As many values; a NaN leaves a gap.</param>
public sealed record LineSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y);
