using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Handles;
using SparseClip.Vlm.Llama.Interop;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>Builds sampler chains: penalties, then either greedy or top-p, temperature and a seeded draw.</summary>
internal static class TokenSampler
{
    /// <summary>How many generated tokens the repetition penalty looks back on.</summary>
    public const int PenaltyWindow = 64;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static void Check(SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxTokens, 1);
        Range(options.Temperature, 0f, 2f, nameof(options.Temperature));
        Range(options.TopP, float.Epsilon, 1f, nameof(options.TopP));
        Range(options.RepeatPenalty, 0.1f, 10f, nameof(options.RepeatPenalty));
        if (options.Stop?.Any(string.IsNullOrEmpty) == true)
        {
            throw new ArgumentException("A stop string is empty, which would end every answer before its first character.", nameof(options));
        }
    }

    public static SamplerHandle Create(SamplingOptions options, int vocabularySize)
    {
        var chain = new SamplerHandle(LlamaNative.llama_sampler_chain_init(LlamaNative.llama_sampler_chain_default_params()));
        if (options.RepeatPenalty != 1f)
        {
            Add(LlamaNative.llama_sampler_init_penalties(vocabularySize, PenaltyWindow, options.RepeatPenalty, 0f, 0f));
        }

        // Every chain ends in greedy or dist: sampling without one ends the process.
        if (options.Temperature == 0f)
        {
            Add(LlamaNative.llama_sampler_init_greedy());
            return chain;
        }

        if (options.TopP < 1f)
        {
            Add(LlamaNative.llama_sampler_init_top_p(options.TopP, 1));
        }

        Add(LlamaNative.llama_sampler_init_temp(options.Temperature));
        Add(LlamaNative.llama_sampler_init_dist(options.Seed));
        return chain;

        void Add(nint sampler) => LlamaNative.llama_sampler_chain_add(chain, sampler);
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
