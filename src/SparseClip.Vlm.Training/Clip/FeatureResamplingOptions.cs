using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Modeling;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>How faint features are made anew.</summary>
/// <param name="Below">A feature is faint whose activation stays below this in every picture seen; above 0.</param>
/// <param name="Photographs">The share of the new features that start from a photograph; the others start from an icon. 0..1.</param>
/// <param name="Neighbours">Of how many neighbouring pictures a new feature is the mean; 1 or more.</param>
/// <param name="Rate">The share of pictures, and of captions, that a new feature is active in; above 0, up to 0.1.</param>
/// <param name="LargestInPictures">The largest activation of a new feature in a picture; above 0.</param>
/// <param name="LargestInTexts">In a caption; above 0.</param>
/// <param name="Seed">Names the choice of the pictures that are started from.</param>
public sealed record FeatureResamplingOptions(
    double Below = 1.5, double Photographs = 0.3, int Neighbours = 8, double Rate = 0.007, double LargestInPictures = 3, double LargestInTexts = 2, int Seed = 1)
{
    /// <exception cref="ConfigurationException">A value cannot be.</exception>
    public void Validate()
    {
        var problem = Rule.First(
            Rule.Above("below", Below, 0),
            Rule.Within("photographs", Photographs, 0, 1),
            Rule.AtLeast("neighbours", Neighbours, 1),
            Rule.AboveUpTo("rate", Rate, 0, 0.1),
            Rule.Above("largest_in_pictures", LargestInPictures, 0),
            Rule.Above("largest_in_texts", LargestInTexts, 0));
        if (problem is not null)
        {
            throw new ConfigurationException($"The resampling cannot be: {problem}.");
        }
    }
}
