using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Modeling;

namespace SparseClip.Vlm.Training.Clip.Classes;

/// <summary>How a classifier's knowledge becomes features.</summary>
/// <param name="From">The first block of the trunk that the tower's training changed.</param>
/// <param name="Rate">The share of training pictures that the feature of a class is active in; that of a kind of n classes the square root of n times as many. Above 0, up to 0.1.</param>
/// <param name="Pictures">An activation in a picture per logit above its threshold; above 0.</param>
/// <param name="Texts">The activation of a class's feature by its own name; above 0.</param>
/// <param name="Cut">The part of a foretold text activation, as a share of the full one, that counts as noise; 0 or more, below 1.</param>
/// <param name="Ridge">What is added to every variance of the texts' states, as a share of their mean; above 0.</param>
/// <param name="Width">The values that the text head's sparse layer gets to read beside those it had; 1 or more.</param>
public sealed record ClassFeatureOptions(
    int From = 12, double Rate = 0.002, double Pictures = 1, double Texts = 16, double Cut = 0.07, double Ridge = 0.0005, int Width = 1200)
{
    /// <summary>The largest share of pictures that the feature of a wide kind is active in.</summary>
    internal const double LargestRate = 0.1;

    /// <exception cref="ConfigurationException">A value cannot be.</exception>
    public void Validate()
    {
        var problem = Rule.First(
            Rule.AtLeast("from", From, 1),
            Rule.AboveUpTo("rate", Rate, 0, LargestRate),
            Rule.Above("pictures", Pictures, 0),
            Rule.Above("texts", Texts, 0),
            Cut is >= 0 and < 1 ? null : Rule.Wrong("cut", Cut, "0 or more, below 1"),
            Rule.Above("ridge", Ridge, 0),
            Rule.AtLeast("width", Width, 1));
        if (problem is not null)
        {
            throw new ConfigurationException($"The features of classes cannot be: {problem}.");
        }
    }
}
