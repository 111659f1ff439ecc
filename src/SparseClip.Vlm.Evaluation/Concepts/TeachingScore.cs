namespace SparseClip.Vlm.Evaluation.Concepts;

/// <summary>How well concepts that are taught with a few pictures tell the others of a set.</summary>
/// <param name="Shots">What was measured for each number of pictures.</param>
/// <param name="Text">The mean area of the word's text code alone: what is known without any picture.</param>
/// <param name="Random">The mean area of as many features drawn at random: 0.5 but for chance.</param>
/// <param name="Kinds">The kinds that were taught.</param>
/// <param name="Pictures">The number of pictures in the set.</param>
public sealed record TeachingScore(IReadOnlyList<TeachingShots> Shots, double Text, double Random, IReadOnlyList<string> Kinds, int Pictures);

/// <summary>What concepts do that were taught with so many pictures, on all pictures of the set but those.</summary>
/// <param name="Taught">The number of pictures that teach.</param>
/// <param name="Area">The mean over kinds and draws of the area under the curve of true over false positives, taught with the kind's own word, 0..1.</param>
/// <param name="AreaNameless">The same taught with a word that means nothing to the tower: the pictures alone.</param>
/// <param name="Found">The share of pictures of the kind that are more likely than not to show it, 0..1.</param>
/// <param name="FalselyFound">The same of the other pictures.</param>
/// <param name="Lowest">The lowest mean area of a kind, and which: where teaching fails.</param>
/// <param name="LowestKind">That kind.</param>
public sealed record TeachingShots(int Taught, double Area, double AreaNameless, double Found, double FalselyFound, double Lowest, string LowestKind);
