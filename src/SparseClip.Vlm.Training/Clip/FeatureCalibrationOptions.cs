using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Modeling;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>How a finished tower's biases are set. Biases count in units of a pre-activation.</summary>
/// <param name="Photographs">How much lower a feature's bias is for a photograph than for a drawn picture; 0 or more.</param>
/// <param name="Frequent">How much lower it may be at most, for a feature that would be active in too many photographs; <paramref name="Photographs"/> or more.</param>
/// <param name="Most">The largest share of photographs that a feature may be active in: its bias is lowered until that holds. Above 0, up to 1.</param>
/// <param name="Least">The share that every feature is granted, whatever it follows; above 0, up to <paramref name="Most"/>.</param>
/// <param name="Follow">
/// A feature may be active in so many times the share of the photographs' captions in which it is active, within <paramref name="Least"/> and <paramref name="Most"/>. 0 or more; 0 follows
/// nothing: then <paramref name="Most"/> holds for all.
/// </param>
/// <param name="Texts">How much every feature's bias is raised for texts; 0 or more.</param>
public sealed record FeatureCalibrationOptions(float Photographs, float Frequent, double Most = 1, double Least = 0.001, double Follow = 0, float Texts = 0)
{
    /// <exception cref="ConfigurationException">A value cannot be.</exception>
    public void Validate()
    {
        var problem = Rule.First(
            Rule.AtLeast("photographs", Photographs, 0),
            Rule.AtLeast("frequent", Frequent, Photographs),
            Rule.AboveUpTo("most", Most, 0, 1),
            Rule.AboveUpTo("least", Least, 0, Most),
            Rule.AtLeast("follow", Follow, 0),
            Rule.AtLeast("texts", Texts, 0));
        if (problem is not null)
        {
            throw new ConfigurationException($"The calibration cannot be: {problem}.");
        }
    }
}
