using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Scenes;

namespace SparseClip.Vlm.Data.Questions;

/// <summary>What is true of a picture's code, edited or not, and what is said of it to the language model.</summary>
/// <param name="Things">What it shows, normalised labels, the main thing first; empty where only <paramref name="Gone"/> is known.</param>
/// <param name="Gone">What was taken out of the code: it is not there, whatever is said.</param>
/// <param name="AlsoTrue">Further words that may be true of it, such as tags: never asked after as absent.</param>
/// <param name="Words">What is said of it.</param>
/// <param name="Truth">Scenes only, and only where nothing was edited.</param>
/// <param name="Relation">How the first of two things stands to the second; null where that is not known.</param>
public sealed record PictureFacts(
    IReadOnlyList<string> Things, IReadOnlyList<string> Gone, IReadOnlyList<string> AlsoTrue, IReadOnlyList<SeenWord> Words, SceneTruth? Truth = null, SpatialRelation? Relation = null);
