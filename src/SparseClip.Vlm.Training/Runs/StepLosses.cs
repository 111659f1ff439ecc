using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Runs;

/// <summary>What a step minimises and what it measures on the way.</summary>
/// <param name="Terms">Their sum is minimised; one or more, each under a name of its own.</param>
/// <param name="Measures">Not minimised; averaged over the steps of a report.</param>
/// <param name="Items">Of how many pictures or rows.</param>
public sealed record StepLosses(IReadOnlyList<LossTerm> Terms, IReadOnlyList<Measure> Measures, int Items);

/// <summary>A part of the loss.</summary>
/// <param name="Name">As people read it.</param>
/// <param name="Value">[] with gradient, weighted.</param>
public sealed record LossTerm(string Name, Tensor Value);

/// <summary>A number under the name that people read.</summary>
public sealed record Measure(string Name, double Value);
