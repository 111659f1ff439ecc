using System.Text.Json.Serialization;
using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Contracts.OpenAi;

/// <summary>The body of <c>POST /v1/decide</c>: a picture, and either choices or a concept.</summary>
/// <param name="Image">The picture: <c>image:ID</c>, the id alone, a base64 <c>data:</c> URI, or, where the server's <c>remote_images</c> says so, an http or https URL.</param>
/// <param name="Choices">2 to 256 words or phrases of which the picture shows one.</param>
/// <param name="Concept">A concept that the picture shows or not, as <c>GET /api/concepts</c> lists them.</param>
/// <param name="Steering">Edits of what the model sees.</param>
/// <param name="Model">The model's name; absent means the one that is served.</param>
public sealed record DecisionRequest(string Image, IReadOnlyList<string>? Choices = null, string? Concept = null, SteeringDto? Steering = null, string? Model = null);

/// <summary>What the tower decides of a picture. No language model is asked, so that the reasons are whole.</summary>
/// <param name="Object">"decision".</param>
/// <param name="Model">The model's name.</param>
/// <param name="Image">The picture's id.</param>
/// <param name="Answer">The likeliest choice; of a concept "yes", from a probability of one half on, or "no".</param>
/// <param name="Probability">How likely the answer is: among the choices, were it one of them; of a concept by what pictures told.</param>
/// <param name="Choices">The choices, the likeliest first; absent for a concept.</param>
/// <param name="Against">What the reasons speak against: the second choice; absent for a concept.</param>
/// <param name="Features">The features that speak most for the choice against the second, or for the concept, each with what it contributes to the log odds, the most first; at most 16.</param>
/// <param name="Steering">What steering did; absent when there was none.</param>
public sealed record Decision(
    string Object,
    string Model,
    string Image,
    string Answer,
    double Probability,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<DecisionChoice>? Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Against,
    IReadOnlyList<ConceptFeature> Features,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SteeringReport? Steering)
{
    /// <summary>Whether pictures confirmed the concept: of one that none did the probability is a rough guess. Null for choices.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Verified { get; init; }
}

/// <summary>A choice.</summary>
/// <param name="Label">As it was given.</param>
/// <param name="Probability">Those of all choices sum to 1.</param>
/// <param name="Cosine">How near its code lies to the picture's.</param>
public sealed record DecisionChoice(string Label, double Probability, float Cosine);
