using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Core.Pipeline;

/// <summary>A picture as the model sees it after edits.</summary>
/// <param name="Code">The edited codes.</param>
/// <param name="Applied">Edit by edit in the plan's order, what was done.</param>
/// <param name="Moved">The concepts that the edits moved, the ones that moved most first; empty without edits and for models without concepts.</param>
public sealed record EditedPicture(ImageCode Code, IReadOnlyList<AppliedEdit> Applied, IReadOnlyList<ConceptChange> Moved)
{
    /// <summary>The most concepts that are told as moved.</summary>
    public const int MostMoved = 32;
}
