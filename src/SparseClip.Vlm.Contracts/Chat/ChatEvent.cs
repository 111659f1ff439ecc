using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Contracts.Chat;

/// <summary>
/// Something that happens while an answer is made. One flat record, so that every client can read it; <see cref="Type"/> says which fields are set.
/// </summary>
public sealed record ChatEvent
{
    /// <summary>A stage begins.</summary>
    public const string StageType = "stage";

    /// <summary>A piece of the answer.</summary>
    public const string DeltaType = "delta";

    /// <summary>The answer is whole.</summary>
    public const string DoneType = "done";

    /// <summary>There is no answer, or no more of it.</summary>
    public const string ErrorType = "error";

    /// <summary>What was asked is kept.</summary>
    public const string KeptType = "kept";

    /// <summary>"stage" | "kept" | "delta" | "done" | "error". After "done" or "error" nothing more comes.</summary>
    public required string Type { get; init; }

    /// <summary>stage: "encode" | "steer" | "prefill" | "decode".</summary>
    public string? Stage { get; init; }

    /// <summary>stage: 0..1.</summary>
    public double? Progress { get; init; }

    /// <summary>kept: the question's message in its conversation; null where an answer is made again or gone on with.</summary>
    public string? Question { get; init; }

    /// <summary>kept: the answer's message in its conversation.</summary>
    public string? Answer { get; init; }

    /// <summary>delta: more of the answer.</summary>
    public string? Text { get; init; }

    /// <summary>done: "stop" | "length".</summary>
    public string? FinishReason { get; init; }

    /// <summary>done: what steering did; null when there was none.</summary>
    public SteeringReport? Steering { get; init; }

    /// <summary>done: the seed of the answer; null when its temperature was 0.</summary>
    public uint? Seed { get; init; }

    /// <summary>done: the words that the model read of the picture; null for none.</summary>
    public IReadOnlyList<GroundingWord>? Grounding { get; init; }

    /// <summary>done: how many of the oldest messages were left out; null for none.</summary>
    public int? LeftOut { get; init; }

    /// <summary>done: counts and times.</summary>
    public TimingsDto? Timings { get; init; }

    /// <summary>error: what went wrong and what to do, for people.</summary>
    public string? Message { get; init; }

    /// <summary>error: the same for programs, such as "unknown_feature" or "context_length_exceeded".</summary>
    public string? Code { get; init; }

    /// <summary>error: the field it is about, such as "messages[0].role"; null when it is about none.</summary>
    public string? Param { get; init; }
}
