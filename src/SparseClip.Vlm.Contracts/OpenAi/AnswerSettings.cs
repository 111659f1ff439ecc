using System.Text.Json.Serialization;
using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Contracts.OpenAi;

/// <summary>The fields of a request for an answer that both of OpenAI's shapes name alike.</summary>
public abstract record AnswerSettings
{
    /// <summary>The model's name, as <c>GET /v1/models</c> gives it; absent means the one that is served.</summary>
    public string? Model { get; init; }

    /// <summary>Whether to send the answer piece by piece as server-sent events. Default false.</summary>
    public bool? Stream { get; init; }

    /// <summary>How much chance there is in the choice of tokens, 0 to 2; 0, the default, always takes the likeliest.</summary>
    public float? Temperature { get; init; }

    /// <summary>Tokens are chosen among the likeliest that together have this share of the probability; above 0 up to 1, the default.</summary>
    [JsonPropertyName("top_p")]
    public float? TopP { get; init; }

    /// <summary>Tokens are chosen among so many of the likeliest; 0, the default, and -1: among all.</summary>
    [JsonPropertyName("top_k")]
    public int? TopK { get; init; }

    /// <summary>Tokens are chosen among those that are at least so many times as likely as the likeliest, 0 to 1. Default 0: among all.</summary>
    [JsonPropertyName("min_p")]
    public float? MinP { get; init; }

    /// <summary>Tokens are chosen among the most typical that together have this share of the probability (arXiv 2202.00666); above 0 up to 1, the default.</summary>
    [JsonPropertyName("typical_p")]
    public float? TypicalP { get; init; }

    /// <summary>How much less likely the last 64 tokens of the answer are to come again, as llama-server has it: 1 (not at all) to 2. Default 1.1.</summary>
    [JsonPropertyName("repeat_penalty")]
    public float? RepeatPenalty { get; init; }

    /// <summary>The same seed gives the same answer where deterministic is true, and nearly always otherwise, 0 to 4294967294. Absent, with a temperature above 0: a new one each time, told with the answer.</summary>
    public uint? Seed { get; init; }

    /// <summary>Texts that end the answer and are no part of it: one or a list of at most 4.</summary>
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>How many of the likeliest tokens to tell in the place of each, 0 to 20; above 0 only where it is asked how likely the tokens were. Default 0.</summary>
    [JsonPropertyName("top_logprobs")]
    public int? TopLogprobs { get; init; }

    /// <summary>Edits of what the model sees; only with a picture.</summary>
    public SteeringDto? Steering { get; init; }

    /// <summary>"words", the default: between picture and question the model reads in words what the picture's code, edited, says; "off": the embeddings alone.</summary>
    public string? Grounding { get; init; }

    /// <summary>
    /// Whether the answer is the same, bit for bit, whatever else the server computes and has in its cache: it is computed apart from others then, which is slower when there are some. Default false:
    /// together with them, and the words may, seldom, differ from one time to the next.
    /// </summary>
    public bool? Deterministic { get; init; }
}
