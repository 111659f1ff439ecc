namespace SparseClip.Vlm.Contracts.Features;

/// <summary>All that is known about a feature.</summary>
/// <param name="Id">Its index in the sparse code.</param>
/// <param name="Name">Its name.</param>
/// <param name="TopWords">The words that activate it most, strongest first.</param>
/// <param name="Maximum">The largest value observed, in the code's own unit; 0 for a feature that never fires.</param>
/// <param name="Density">The share of the calibration pictures that have it, 0..1.</param>
/// <param name="SafeMaximum">The largest value, in multiples of <paramref name="Maximum"/>, that steering may reach when clamping is on.</param>
public sealed record FeatureDetail(
    int Id, string Name, IReadOnlyList<FeatureWordDto> TopWords, float Maximum, float Density, float SafeMaximum);

/// <summary>A word and how strongly it activates a feature.</summary>
/// <param name="Word">The word.</param>
/// <param name="Activation">The feature's value in the text code, in the code's own unit.</param>
public sealed record FeatureWordDto(string Word, float Activation);
