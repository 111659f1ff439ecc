using LLama.Native;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>Builds sampler chains in llama-server's usual order: penalties, then either greedy or top-k, typical, top-p, min-p, temperature and a seeded draw.</summary>
internal static class TokenSampler
{
    /// <summary>How many generated tokens the penalties look back on.</summary>
    public const int PenaltyWindow = 64;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static void Check(SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxTokens, 1);
        Range(options.Temperature, 0f, 2f, nameof(options.Temperature));
        Range(options.TopP, float.Epsilon, 1f, nameof(options.TopP));
        Range(options.RepeatPenalty, 0.1f, 10f, nameof(options.RepeatPenalty));
        Range(options.FrequencyPenalty, -2f, 2f, nameof(options.FrequencyPenalty));
        Range(options.PresencePenalty, -2f, 2f, nameof(options.PresencePenalty));
        Range(options.MinP, 0f, 1f, nameof(options.MinP));
        Range(options.TypicalP, float.Epsilon, 1f, nameof(options.TypicalP));
        ArgumentOutOfRangeException.ThrowIfNegative(options.TopK);
        if (options.Likeliest is < 0 or > SamplingOptions.MostLikeliest)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Likeliest, $"{nameof(options.Likeliest)} must be in 0..{SamplingOptions.MostLikeliest}.");
        }

        if (options.Stop?.Any(string.IsNullOrEmpty) == true)
        {
            throw new ArgumentException("A stop string is empty, which would end every answer before its first character.", nameof(options));
        }
    }

    public static SafeLLamaSamplerChainHandle Create(SamplingOptions options)
    {
        var chain = SafeLLamaSamplerChainHandle.Create(LLamaSamplerChainParams.Default());
        if (options.RepeatPenalty != 1f || options.FrequencyPenalty != 0f || options.PresencePenalty != 0f)
        {
            chain.AddPenalties(PenaltyWindow, options.RepeatPenalty, options.FrequencyPenalty, options.PresencePenalty);
        }

        // Every chain ends in greedy or dist: sampling without one ends the process.
        if (options.Temperature == 0f)
        {
            chain.AddGreedySampler();
            return chain;
        }

        if (options.TopK > 0)
        {
            chain.AddTopK(options.TopK);
        }

        if (options.TypicalP < 1f)
        {
            chain.AddTypical(options.TypicalP, minKeep: 1);
        }

        if (options.TopP < 1f)
        {
            chain.AddTopP(options.TopP, minKeep: 1);
        }

        if (options.MinP > 0f)
        {
            chain.AddMinP(options.MinP, minKeep: 1);
        }

        chain.AddTemperature(options.Temperature);
        chain.AddDistributionSampler(options.Seed);
        return chain;
    }

    private static void Range(float value, float least, float most, string name)
    {
        // Written so that NaN fails.
        if (!(value >= least && value <= most))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be in {least}..{most}.");
        }
    }
}
