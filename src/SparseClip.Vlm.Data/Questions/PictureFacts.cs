using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Scenes;

namespace SparseClip.Vlm.Data.Questions;

/// <summary>What is true of a picture's code, edited or not, and what is said of it to the language model.</summary>
/// <param name="Things">What it shows, normalised labels, the main thing first; empty where only <paramref name="Gone"/> is known.</param>
/// <param name="Gone">What was taken out of the code: it is not there, whatever is said.</param>
/// <param name="AlsoTrue">Further words that may be true of it, such as tags: never asked after as absent.</param>
/// <param name="Words">What is said of it.</param>
/// <param name="Relation">How the first of two things stands to the second; null where that is not known or not said.</param>
public sealed record PictureFacts(
    IReadOnlyList<string> Things, IReadOnlyList<string> Gone, IReadOnlyList<string> AlsoTrue, IReadOnlyList<SeenWord> Words, SpatialRelation? Relation = null)
{
    /// <summary>How some of the things look.</summary>
    public IReadOnlyList<ThingLook> Looks { get; init; } = [];
}

/// <summary>How a thing looks, as far as it is said and not known to be otherwise.</summary>
/// <param name="Thing">The thing.</param>
/// <param name="Colour">A basic colour's name; null for nothing to tell.</param>
/// <param name="Count">How many of it there are; null for nothing to tell.</param>
public sealed record ThingLook(string Thing, string? Colour, int? Count);
