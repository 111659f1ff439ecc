using SparseClip.Vlm.Contracts.Features;

namespace SparseClip.Vlm.Contracts.Concepts;

/// <summary>All that is known about a concept.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Synonyms">Other words for it.</param>
/// <param name="Wider">Concepts that it is a kind of, the narrowest first.</param>
/// <param name="Verified">Whether pictures that had no part in finding it confirmed it.</param>
/// <param name="Evidence">How it did on those; null where none are known to show it.</param>
/// <param name="Prior">How often it is in the pictures that it was found by, 0..1.</param>
/// <param name="Features">The features that carry it, the one that counts most first.</param>
/// <param name="Taught">Whether a person taught it.</param>
/// <param name="Teaching">With what; null for a concept that the model came with.</param>
public sealed record ConceptDetail(
    string Name, IReadOnlyList<string> Synonyms, IReadOnlyList<string> Wider, bool Verified, ConceptEvidenceDto? Evidence, float Prior, IReadOnlyList<ConceptFeature> Features,
    bool Taught, TeachingDto? Teaching)
{
    /// <summary>What pictures that clearly show it have of its features: what "set" and "add" by its name count in. Empty where that is not known; then they count in the features' maxima.</summary>
    public IReadOnlyList<UsualValue> Usual { get; init; } = [];

    /// <summary>How far answers follow it; null where that was not tried.</summary>
    public ConceptSteeringDto? Steering { get; init; }

    /// <summary>Whether it was made just now of the word's text code, the word being no concept of the model: how likely it is in a picture is a rough guess then.</summary>
    public bool Made { get; init; }

    /// <summary>Small pictures that show it, the clearest first.</summary>
    public IReadOnlyList<ExemplarDto> Exemplars { get; init; } = [];
}

/// <summary>A concept in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Verified">Whether pictures confirmed it.</param>
/// <param name="Auroc">How well it tells pictures that show it from others, 0..1; null where none are known to show it.</param>
/// <param name="Taught">Whether a person taught it.</param>
/// <param name="Teaching">With what; null for a concept that the model came with.</param>
public sealed record ConceptSummary(string Name, bool Verified, float? Auroc, bool Taught, TeachingDto? Teaching)
{
    /// <summary>The feature that counts most.</summary>
    public int Feature { get; init; }

    /// <summary>Whether it was made just now of the word's text code, the word being no concept of the model.</summary>
    public bool Made { get; init; }

    /// <summary>Whether "set" and "add" by its name count in what pictures that clearly show it have of it, and not in the features' maxima.</summary>
    public bool HasUsual { get; init; }

    /// <summary>Up to which multiple of that it may be set; null where that was not tried.</summary>
    public float? SafeMaximum { get; init; }

    /// <summary>"strong" | "weak" | "none": how far answers follow it; null where that was not tried.</summary>
    public string? Badge { get; init; }
}

/// <summary>What pictures that clearly show a concept have of one of its features.</summary>
/// <param name="Id">The feature.</param>
/// <param name="Value">In multiples of its observed maximum.</param>
public sealed record UsualValue(int Id, float Value);

/// <summary>How far answers follow a concept that is steered, in a few pictures.</summary>
/// <param name="Badge">"strong" (three answers in four follow, taken out and set) | "weak" (one in two) | "none".</param>
/// <param name="SafeMaximum">The largest multiple of its usual level that it may be set to: up to it no answer was corrupted, and as many name it as at any lower level. With <c>clamp</c> it is held there.</param>
/// <param name="Shown">Answers that named it before it was taken out.</param>
/// <param name="Gone">Those of them that did not after.</param>
/// <param name="Levels">What setting it did in pictures that do not show it.</param>
public sealed record ConceptSteeringDto(string Badge, float SafeMaximum, int Shown, int Gone, IReadOnlyList<LevelTrialDto> Levels);

/// <summary>What setting a concept to a level did to answers.</summary>
/// <param name="Level">In multiples of its usual level.</param>
/// <param name="Asked">How many answers.</param>
/// <param name="Moved">Those that became others.</param>
/// <param name="Reached">Those that name it.</param>
/// <param name="Corrupted">Those that are empty, cut off, too long or repeat themselves.</param>
public sealed record LevelTrialDto(float Level, int Asked, int Moved, int Reached, int Corrupted);

/// <summary>Concepts that fit a query.</summary>
/// <param name="Query">The query; null for the list of all.</param>
/// <param name="Concepts">Best first.</param>
public sealed record ConceptList(string? Query, IReadOnlyList<ConceptSummary> Concepts);

/// <summary>How well a concept tells pictures that show it from others, on pictures that had no part in finding it.</summary>
/// <param name="Auroc">The area under the curve of true over false positives, 0..1.</param>
/// <param name="Pictures">How many pictures show it.</param>
/// <param name="Others">How many do not.</param>
public sealed record ConceptEvidenceDto(float Auroc, int Pictures, int Others);

/// <summary>A feature that carries a concept.</summary>
/// <param name="Id">Its index in the sparse code.</param>
/// <param name="Name">Its name.</param>
/// <param name="Weight">By how much it raises the log odds: of a picture where nothing else is active, or, of one picture, what it contributes there.</param>
public sealed record ConceptFeature(int Id, string Name, float Weight);
