namespace SparseClip.Vlm.Training.Clip;

/// <summary>How a finished tower's biases are set. Biases count in units of a pre-activation.</summary>
/// <param name="Photographs">How much lower a feature's bias is for a photograph than for a drawn picture; 0 or more.</param>
/// <param name="Frequent">How much lower it may be at most, for a feature that would be active in more than a share <paramref name="Most"/> of the photographs; <paramref name="Photographs"/> or more.</param>
/// <param name="Most">Above 0, up to 1: what is active in more photographs is frequent, and its bias is lowered until it no longer is.</param>
/// <param name="Follow">
/// At least so many times the share of photographs' captions in which a feature is active it is active in the photographs, up to <paramref name="Most"/>: where that needs it, its bias
/// is lowered by less. 0 or more; 0 follows nothing.
/// </param>
/// <param name="Texts">How much every feature's bias is raised for texts; 0 or more.</param>
public sealed record FeatureCalibrationOptions(float Photographs, float Frequent, double Most = 1, double Follow = 0, float Texts = 0)
{
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Photographs);
        ArgumentOutOfRangeException.ThrowIfLessThan(Frequent, Photographs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Most);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Most, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Follow);
        ArgumentOutOfRangeException.ThrowIfNegative(Texts);
    }
}
