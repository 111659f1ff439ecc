using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Contracts.Chat;

/// <summary>Counts and times of an answer, named as llama-server names them; times in milliseconds.</summary>
public sealed record TimingsDto(
    [property: JsonPropertyName("cache_n")] int CacheN,
    [property: JsonPropertyName("prompt_n")] int PromptN,
    [property: JsonPropertyName("prompt_ms")] double PromptMs,
    [property: JsonPropertyName("predicted_n")] int PredictedN,
    [property: JsonPropertyName("predicted_ms")] double PredictedMs,
    [property: JsonPropertyName("predicted_per_second")] double PredictedPerSecond,
    [property: JsonPropertyName("vision_ms")] double VisionMs,
    [property: JsonPropertyName("vision_cached")] bool VisionCached);
