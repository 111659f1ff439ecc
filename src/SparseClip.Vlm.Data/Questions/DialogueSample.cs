using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;


namespace SparseClip.Vlm.Data.Questions;

/// <summary>What a question is about.</summary>
public enum QuestionKind
{
    MainSubject,
    Describe,
    Presence,
    Count,
    Colour,
    Position,
    ListObjects,
    Caption,
    Category,

    /// <summary>Takes for granted what is there.</summary>
    Premise,

    /// <summary>Takes for granted what is not there.</summary>
    FalsePremise,

    /// <summary>About what was named before.</summary>
    FollowUp,
}

/// <summary>One question and its true answer.</summary>
public sealed record QuestionAnswer(QuestionKind Kind, string Question, string Answer);

/// <summary>A picture's questions, in the order they are asked.</summary>
/// <param name="Kind">Icon, scene or photograph.</param>
/// <param name="Labels">What it shows, normalised; one for icons and photographs.</param>
/// <param name="Turns">2 to 4 turns.</param>
/// <param name="Truth">Scenes only.</param>
/// <param name="Source">Where the picture comes from; "scene" for scenes.</param>
public sealed record DialogueSample(ClipItemKind Kind, IReadOnlyList<string> Labels, IReadOnlyList<QuestionAnswer> Turns, SceneTruth? Truth, string Source)
{
    /// <summary>Further words that may be true of the picture.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}
