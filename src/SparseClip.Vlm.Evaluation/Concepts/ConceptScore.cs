namespace SparseClip.Vlm.Evaluation.Concepts;

/// <summary>How the concepts that are listed of pictures fit their labels. Colours are not listed: they are measured on the pixels.</summary>
/// <param name="First">The share of pictures whose first concept is the label, another word for it or what it is directly a kind of, 0..1.</param>
/// <param name="FirstSame">The same without the kinds.</param>
/// <param name="FirstFive">Of the first five concepts the share that is the label, another word for it or anything that it is a kind of, 0..1.</param>
/// <param name="Listed">How many of five are listed on average: less likely ones are not.</param>
/// <param name="Brier">The mean square of probability minus truth over the listed concepts, 0..1: of a coin 0.25.</param>
/// <param name="MeanProbability">The mean probability of the listed concepts, which is <paramref name="FirstFive"/> where it is told as it is.</param>
/// <param name="Pictures">The number of pictures.</param>
public sealed record ConceptScore(double First, double FirstSame, double FirstFive, double Listed, double Brier, double MeanProbability, int Pictures);
