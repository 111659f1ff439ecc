namespace SparseClip.Vlm.Contracts.Images;

/// <summary>Where in a picture a feature is.</summary>
/// <param name="Id">The picture.</param>
/// <param name="Feature">The feature.</param>
/// <param name="Name">Its name.</param>
/// <param name="Width">Columns of the grid.</param>
/// <param name="Height">Rows of the grid.</param>
/// <param name="Values">The feature's value in each patch, row by row, in multiples of the largest value observed in a patch (0 or more). [Height x Width]</param>
public sealed record HeatmapResponse(string Id, int Feature, string Name, int Width, int Height, IReadOnlyList<float> Values);
