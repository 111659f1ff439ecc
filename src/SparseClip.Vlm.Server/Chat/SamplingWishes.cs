using SparseClip.Vlm.Core.Grammars;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>How a request wants tokens to be chosen, each value read by <see cref="SamplingReader"/>; null for what it does not say.</summary>
internal sealed record SamplingWishes
{
    public int? Tokens { get; init; }

    public float? Temperature { get; init; }

    public float? TopP { get; init; }

    public int? TopK { get; init; }

    public float? MinP { get; init; }

    public float? TypicalP { get; init; }

    public float? RepeatPenalty { get; init; }

    public float? FrequencyPenalty { get; init; }

    public float? PresencePenalty { get; init; }

    public uint? Seed { get; init; }

    public IReadOnlyList<string>? Stop { get; init; }

    public Grammar? Grammar { get; init; }

    /// <summary>How many of the likeliest tokens are to be told beside each; null to tell no token.</summary>
    public int? Likeliest { get; init; }
}
