using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Contracts.Chat;

/// <summary>Counts and times of an answer, named as llama-server names them; times in milliseconds.</summary>
/// <param name="CacheN">Positions of the prompt that had been computed before.</param>
/// <param name="PromptN">Positions of the prompt that were computed.</param>
/// <param name="PromptMs">The time that took.</param>
/// <param name="PredictedN">Tokens of the answer.</param>
/// <param name="PredictedMs">The time they took.</param>
/// <param name="PredictedPerSecond">Tokens of the answer a second.</param>
/// <param name="VisionMs">The time it took to decode and encode the picture; 0 when that was done before.</param>
/// <param name="VisionCached">Whether that was done before.</param>
public sealed record TimingsDto(
    [property: JsonPropertyName("cache_n")] int CacheN,
    [property: JsonPropertyName("prompt_n")] int PromptN,
    [property: JsonPropertyName("prompt_ms")] double PromptMs,
    [property: JsonPropertyName("predicted_n")] int PredictedN,
    [property: JsonPropertyName("predicted_ms")] double PredictedMs,
    [property: JsonPropertyName("predicted_per_second")] double PredictedPerSecond,
    [property: JsonPropertyName("vision_ms")] double VisionMs,
    [property: JsonPropertyName("vision_cached")] bool VisionCached);
