namespace SparseClip.Vlm.Studies.Plots;

/// <summary>What is written on a plot. The axes' texts say the unit.</summary>
public sealed record PlotText(string Title, string XLabel, string YLabel);
