using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Cli.Ask;

/// <summary>What <c>sparseclip ask</c> prints beside the answer itself.</summary>
internal static class AskReport
{
    /// <summary>Moved concepts that people are told; programs get all.</summary>
    private const int MostMoved = 6;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>Everything as one object, with the field names of the HTTP interface.</summary>
    public static string ToJson(string answer, IReadOnlyList<ConceptActivation> concepts, IReadOnlyList<FeatureActivation> features, StoredPicture picture, AnswerDone done) => JsonSerializer.Serialize(
        new
        {
            Answer = answer,
            done.FinishReason,
            Grounding = done.Grounding.Select(word => new { word.Word, Confidence = Math.Round(word.Confidence, 2), As = word.As.Name(), Side = word.Side?.Name(), Color = word.Colour, word.Count }),
            Concepts = concepts.Select(active => new { Name = active.Concept.Word, active.Probability, Verified = active.Concept.IsVerified }),
            Features = features.Select(feature => new { Id = feature.Id.Value, feature.Name, feature.Value, feature.Relative }),
            Steering = new
            {
                Applied = done.Applied.Select(edit => new
                {
                    Feature = edit.Feature.Value,
                    edit.Name,
                    Op = edit.Operation.Name(),
                    edit.Requested,
                    edit.Effective,
                    edit.Reason,
                }),
                Concepts = done.Moved.Select(change => new { Name = change.Concept.Word, change.Before, change.After }),
            },
            Timings = new
            {
                done.Timings.CacheN,
                done.Timings.PromptN,
                done.Timings.PromptMs,
                done.Timings.PredictedN,
                done.Timings.PredictedMs,
                done.Timings.PredictedPerSecond,
                VisionMs = picture.VisionMilliseconds,
                VisionCached = picture.Cached,
            },
        },
        s_json);

    private static string Said(SeenWord word) => string.Create(CultureInfo.InvariantCulture, $"{word.Word} {word.Confidence:0.00}{(word.Side is { } side ? " " + side.Name() : "")}");

    /// <summary>For people, below the streamed answer.</summary>
    public static string ToText(IReadOnlyList<ConceptActivation> concepts, IReadOnlyList<FeatureActivation> features, StoredPicture picture, AnswerDone done)
    {
        var text = new StringBuilder();
        if (concepts.Count > 0)
        {
            text.Append("shows: ").AppendJoin(", ", concepts.Select(active => $"{active.Concept.Word} {active.Probability:P0}")).Append('\n');
        }

        text.Append("features: ").AppendJoin(", ", features.Select(feature => $"{feature.Name} [{feature.Id}] {feature.Value:0.00}"));
        if (done.Grounding.Count > 0)
        {
            text.Append("\nread in words: ").AppendJoin("; ", done.Grounding.GroupBy(word => word.As).Select(kind => $"{kind.Key.Name()}: {string.Join(", ", kind.Select(Said))}"));
        }

        foreach (var edit in done.Applied)
        {
            text.Append($"\nsteered: {edit.Name} [{edit.Feature}] {edit.Operation.Name()}");
            text.Append(edit.Requested is { } value ? $" {value:0.##}" : "").Append($" -> {edit.Effective:0.##}");
            text.Append(edit.Reason is null ? "" : $" ({edit.Reason})");
        }

        if (done.Moved.Count > 0)
        {
            text.Append("\nmoved: ").AppendJoin(", ", done.Moved.Take(MostMoved).Select(change => $"{change.Concept.Word} {change.Before:P0} -> {change.After:P0}"));
        }

        var timings = done.Timings;
        return text.Append($"\nvision {picture.VisionMilliseconds:0} ms, prompt {timings.PromptN} in {timings.PromptMs:0} ms, answer {timings.PredictedN} in {timings.PredictedMs:0} ms")
            .ToString();
    }
}
