using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>Reads how tokens are to be chosen, on HTTP and on the hub. Every value is optional, and refused by name outside its range.</summary>
public sealed class SamplingReader(IOptions<ServerOptions> options)
{
    /// <summary>The most tokens of an answer when a request does not say.</summary>
    public const int DefaultTokens = 128;

    /// <summary>The most texts that may end an answer.</summary>
    public const int MaxStops = 4;

    /// <summary>The highest seed. The next one, the highest of 32 bits, asks llama.cpp for a seed of its own choice.</summary>
    public const uint MaxSeed = uint.MaxValue - 1;

    /// <summary>The strongest repetition penalty; beyond it answers are no language any more.</summary>
    public const int MaxRepeatPenalty = 2;

    /// <summary>The most answers to one request.</summary>
    public const int MostChoices = 8;

    /// <summary>The strongest frequency and presence penalty, and the strongest reward: OpenAI's range.</summary>
    public const int MaxPenalty = 2;

    /// <summary>The most of the likeliest tokens that may be chosen among; no vocabulary is larger.</summary>
    public const int MaxTopK = 1_000_000;

    /// <summary>The most tokens that a request may ask for.</summary>
    public int MaxTokens => options.Value.MaxAnswerTokens;

    internal int? Tokens(RequestValue? value) => (int?)value?.Whole(1, MaxTokens);

    /// <summary>How many answers to one request; no more than there may be at once.</summary>
    internal int? Choices(RequestValue? value) => (int?)value?.Whole(1, Math.Min(MostChoices, options.Value.MaxAnswers));

    internal static float? Temperature(RequestValue? value) => value?.Number(heat => heat is >= 0 and <= 2, "0 to 2");

    /// <summary>A share of the probability: top_p and typical_p.</summary>
    internal static float? Share(RequestValue? value) => value?.Number(share => share is > 0 and <= 1, "a number above 0 up to 1");

    /// <summary>How many of the likeliest; -1 means the same as 0, as other servers have it.</summary>
    internal static int? TopK(RequestValue? value) => (int?)value?.Whole(-1, MaxTopK);

    internal static float? MinP(RequestValue? value) => value?.Number(share => share is >= 0 and <= 1, "0 to 1");

    /// <summary>A frequency or presence penalty.</summary>
    internal static float? Penalty(RequestValue? value) => value?.Number(penalty => penalty is >= -MaxPenalty and <= MaxPenalty, $"-{MaxPenalty} to {MaxPenalty}");

    internal static float? RepeatPenalty(RequestValue? value) => value?.Number(penalty => penalty is >= 1 and <= MaxRepeatPenalty, $"1 to {MaxRepeatPenalty}");

    /// <summary>How many of the likeliest tokens are told.</summary>
    internal static int? Likeliest(RequestValue? value) => (int?)value?.Whole(0, SamplingOptions.MostLikeliest);

    internal static uint? Seed(RequestValue? value) => (uint?)value?.Whole(0, MaxSeed);

    internal static IReadOnlyList<string>? Stop(RequestValue? value)
    {
        if (value is not { } given)
        {
            return null;
        }

        IReadOnlyList<string> texts = given.IsText ? [given.Text()] : [.. given.Items("a string or a list of strings").Select(item => item.Text())];
        return texts.Count <= MaxStops
            ? texts
            : throw given.Refused(ErrorCodes.InvalidValue, $"{given.Path} has {texts.Count} texts; give at most {MaxStops}.");
    }

    /// <summary>Puts the values together; each that is absent gets its default. Where chance decides and no seed is given, it is drawn anew.</summary>
    internal SamplingOptions Options(SamplingWishes asked) => new(
        asked.Tokens ?? Math.Min(DefaultTokens, MaxTokens),
        asked.Temperature ?? 0,
        asked.TopP ?? 1,
        asked.Seed ?? (asked.Temperature > 0 ? (uint)RandomNumberGenerator.GetInt32(int.MaxValue) : 0),
        asked.Stop?.Where(text => text.Length > 0).ToArray())
    {
        RepeatPenalty = asked.RepeatPenalty ?? SamplingOptions.UsualRepeatPenalty,
        FrequencyPenalty = asked.FrequencyPenalty ?? 0,
        PresencePenalty = asked.PresencePenalty ?? 0,
        TopK = Math.Max(0, asked.TopK ?? 0),
        MinP = asked.MinP ?? 0,
        TypicalP = asked.TypicalP ?? 1,
        Likeliest = asked.Likeliest,
        Grammar = asked.Grammar,
    };

    /// <summary>How the tokens of one of several answers are chosen: the first by the seed itself, each other by one that is made of it (the finalizer of SplitMix64; Steele and others, Fast Splittable Pseudorandom Number Generators, 2014).</summary>
    internal static SamplingOptions OfChoice(SamplingOptions sampling, int choice)
    {
        if (choice == 0)
        {
            return sampling;
        }

        var mixed = sampling.Seed + ((ulong)choice * 0x9E3779B97F4A7C15);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return sampling with { Seed = (uint)((mixed ^ (mixed >> 31)) % ((ulong)MaxSeed + 1)) };
    }

    /// <summary>The seed as it is told with the answer; null where chance decided nothing.</summary>
    internal static uint? Told(SamplingOptions sampling) => sampling.Temperature > 0 ? sampling.Seed : null;
}
