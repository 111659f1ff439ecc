namespace SparseClip.Vlm.Web.State;

/// <summary>A heat map to be drawn.</summary>
/// <param name="Target">What it is of.</param>
/// <param name="Name">Its name.</param>
/// <param name="Width">Columns of the grid.</param>
/// <param name="Height">Rows of the grid.</param>
/// <param name="Values">[Height x Width]; of the strongest patch drawn in full colour, or of <paramref name="Full"/> where that is more.</param>
/// <param name="Full">The least value that has its full colour.</param>
public sealed record HeatMap(HeatTarget Target, string Name, int Width, int Height, IReadOnlyList<float> Values, float Full);
