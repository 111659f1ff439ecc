namespace SparseClip.Vlm.Contracts.Images;

/// <summary>Where in a picture a feature is.</summary>
/// <param name="Id">The picture.</param>
/// <param name="Feature">The feature.</param>
/// <param name="Name">Its name.</param>
/// <param name="Width">Columns of the grid.</param>
/// <param name="Height">Rows of the grid.</param>
/// <param name="Values">
/// The feature's pre-activation in each patch, row by row, in multiples of the largest value observed in a patch: below 0 where it is absent.
/// What is above 0 is the patch's code. [Height x Width]
/// </param>
/// <param name="Pooled">The pre-activation of the whole picture in the same unit: exactly the mean of the values.</param>
public sealed record HeatmapResponse(string Id, int Feature, string Name, int Width, int Height, IReadOnlyList<float> Values, float Pooled);
