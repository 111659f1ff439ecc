namespace SparseClip.Vlm.Studies.Plots;

/// <summary>One point of a scatter plot, its name beside it.</summary>
public sealed record LabelledPoint(string Label, double X, double Y);
