using System.Runtime.InteropServices;
using SparseClip.Vlm.Llama.Handles;

namespace SparseClip.Vlm.Llama.Interop;

internal static unsafe partial class LlamaNative
{
    [LibraryImport(Llama)]
    internal static partial LlamaSamplerChainParams llama_sampler_chain_default_params();

    [LibraryImport(Llama)]
    internal static partial nint llama_sampler_chain_init(LlamaSamplerChainParams @params);

    /// <summary>The chain owns the sampler from here on.</summary>
    [LibraryImport(Llama)]
    internal static partial void llama_sampler_chain_add(SamplerHandle chain, nint smpl);

    [LibraryImport(Llama)]
    internal static partial nint llama_sampler_init_greedy();

    [LibraryImport(Llama)]
    internal static partial nint llama_sampler_init_dist(uint seed);

    [LibraryImport(Llama)]
    internal static partial nint llama_sampler_init_top_p(float p, nuint min_keep);

    [LibraryImport(Llama)]
    internal static partial nint llama_sampler_init_temp(float t);

    [LibraryImport(Llama)]
    internal static partial nint llama_sampler_init_penalties(
        int n_vocab, int penalty_last_n, float penalty_repeat, float penalty_freq, float penalty_present);

    /// <summary>Applies the chain to the logits of output <paramref name="idx"/> and accepts the token.</summary>
    [LibraryImport(Llama)]
    internal static partial int llama_sampler_sample(SamplerHandle smpl, LlamaContextHandle ctx, int idx);

    [LibraryImport(Llama)]
    internal static partial void llama_sampler_free(nint smpl);
}
