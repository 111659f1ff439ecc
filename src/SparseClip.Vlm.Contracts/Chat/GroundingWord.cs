using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Contracts.Chat;

/// <summary>A word that the model read of a picture.</summary>
/// <param name="Word">The word, without an article.</param>
/// <param name="Confidence">How near its code lies to the picture's, as it was edited: the cosine in hundredths, above 0 to 1.</param>
/// <param name="As">"seen": nearest to the whole, or as good as nearest; "part": nearest to a part of it; "maybe": near, but another one is nearer.</param>
/// <param name="Side">"left" | "right" | "top" | "bottom": on which side of the other one it is, where two things are seen apart; absent otherwise.</param>
/// <param name="Color">The thing's colour, one of the eleven basic ones; absent where none stands out.</param>
/// <param name="Count">How many of it are seen, 1 to 4; absent where that cannot be told.</param>
public sealed record GroundingWord(
    string Word, double Confidence, string As,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Side = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Color = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Count = null);
