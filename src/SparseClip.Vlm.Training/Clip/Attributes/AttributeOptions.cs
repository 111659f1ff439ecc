using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Modeling;

namespace SparseClip.Vlm.Training.Clip.Attributes;

/// <summary>How colours and numbers become features.</summary>
/// <param name="Colours">The activation by a picture that is all of one colour; above 0.</param>
/// <param name="LeastShare">The share of a picture up to which its colours are not told; 0 or more, below 1.</param>
/// <param name="Numbers">The activation per logit of a number above the mean of the numbers' logits; above 0.</param>
/// <param name="Scenes">Scenes of equal things that numbers are learned from; 100 or more.</param>
/// <param name="Singles">Pictures of single things beside them; 0 or more.</param>
/// <param name="Passes">How often the learning of numbers goes over all pictures; 1 or more.</param>
/// <param name="Texts">The activation by a text that says the colour or number; above 0.</param>
/// <param name="Cut">The part of a foretold text activation, as a share of the full one, that counts as noise; 0 or more, below 1.</param>
/// <param name="Ridge">What is added to every variance of the texts' states, as a share of their mean; above 0.</param>
public sealed record AttributeOptions(
    double Colours = 6, double LeastShare = 0.02, double Numbers = 0.5, int Scenes = 16_000, int Singles = 4000, int Passes = 12, double Texts = 8, double Cut = 0.2, double Ridge = 0.0005)
{
    /// <exception cref="ConfigurationException">A value cannot be.</exception>
    public void Validate()
    {
        var problem = Rule.First(
            Rule.Above("colours", Colours, 0),
            LeastShare is >= 0 and < 1 ? null : Rule.Wrong("least_share", LeastShare, "0 or more, below 1"),
            Rule.Above("numbers", Numbers, 0),
            Rule.AtLeast("scenes", Scenes, 100),
            Rule.AtLeast("singles", Singles, 0),
            Rule.AtLeast("passes", Passes, 1),
            Rule.Above("texts", Texts, 0),
            Cut is >= 0 and < 1 ? null : Rule.Wrong("cut", Cut, "0 or more, below 1"),
            Rule.Above("ridge", Ridge, 0));
        if (problem is not null)
        {
            throw new ConfigurationException($"The features of colours and numbers cannot be: {problem}.");
        }
    }
}
