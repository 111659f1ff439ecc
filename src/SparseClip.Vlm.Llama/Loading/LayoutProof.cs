using System.Runtime.CompilerServices;
using SparseClip.Vlm.Llama.Interop;

namespace SparseClip.Vlm.Llama.Loading;

/// <summary>
/// Compares what the native library answers with what the structs were written for. A field that moved shows as a wrong default, and a wrong
/// layout corrupts memory later, far from its cause; so any difference refuses the library by the field's name.
/// </summary>
internal static unsafe class LayoutProof
{
    public static void Check(string version, string folder)
    {
        if (!LlamaRuntime.SupportedVersions.Any(v => version == v || version.StartsWith(v + "-", StringComparison.Ordinal)))
        {
            throw new LlamaException(
                $"The llama.cpp in '{folder}' is version '{version}'; supported are {string.Join(", ", LlamaRuntime.SupportedVersions)}.");
        }

        Sizes();
        var model = LlamaNative.llama_model_default_params();
        var context = LlamaNative.llama_context_default_params();
        Refuse(ModelDrift(model), "llama_model_params", version, folder);
        Refuse(ContextDrift(context), "llama_context_params", version, folder);
        Refuse(Field("no_perf", LlamaNative.llama_sampler_chain_default_params().no_perf, 1), "llama_sampler_chain_params", version, folder);
    }

    /// <summary>The first field that differs and both values; null when all agree.</summary>
    internal static string? ModelDrift(in LlamaModelParams p) =>
        Field(nameof(p.devices), p.devices, 0)
        ?? Field(nameof(p.tensor_buft_overrides), p.tensor_buft_overrides, 0)
        ?? Field(nameof(p.n_gpu_layers), p.n_gpu_layers, -1)
        ?? Field(nameof(p.split_mode), p.split_mode, 1)
        ?? Field(nameof(p.load_mode), p.load_mode, -1)
        ?? Field(nameof(p.lazy_mode), p.lazy_mode, 1)
        ?? Field(nameof(p.main_gpu), p.main_gpu, 0)
        ?? Field(nameof(p.tensor_split), p.tensor_split, 0)
        ?? Field(nameof(p.progress_callback), (nint)p.progress_callback, 0)
        ?? Field(nameof(p.progress_callback_user_data), (nint)p.progress_callback_user_data, 0)
        ?? Field(nameof(p.kv_overrides), p.kv_overrides, 0)
        ?? Field(nameof(p.vocab_only), p.vocab_only, 0)
        ?? Field(nameof(p.check_tensors), p.check_tensors, 0)
        ?? Field(nameof(p.use_extra_bufts), p.use_extra_bufts, 1)
        ?? Field(nameof(p.no_host), p.no_host, 0)
        ?? Field(nameof(p.no_alloc), p.no_alloc, 0)
        ?? Field(nameof(p.load_mtp), p.load_mtp, 0);

    /// <summary>The first field that differs and both values; null when all agree.</summary>
    internal static string? ContextDrift(in LlamaContextParams p) =>
        Field(nameof(p.n_ctx), p.n_ctx, 512)
        ?? Field(nameof(p.n_batch), p.n_batch, 2048)
        ?? Field(nameof(p.n_ubatch), p.n_ubatch, 512)
        ?? Field(nameof(p.n_seq_max), p.n_seq_max, 1)
        ?? Field(nameof(p.n_rs_seq), p.n_rs_seq, 0)
        ?? Field(nameof(p.n_outputs_max), p.n_outputs_max, 0)
        ?? Field(nameof(p.n_outputs_max_per_seq), p.n_outputs_max_per_seq, 1)
        ?? Field(nameof(p.n_threads), p.n_threads, 4)
        ?? Field(nameof(p.n_threads_batch), p.n_threads_batch, 4)
        ?? Field(nameof(p.ctx_type), p.ctx_type, 0)
        ?? Field(nameof(p.rope_scaling_type), p.rope_scaling_type, -1)
        ?? Field(nameof(p.pooling_type), p.pooling_type, -1)
        ?? Field(nameof(p.attention_type), p.attention_type, -1)
        ?? Field(nameof(p.flash_attn_type), p.flash_attn_type, -1)
        ?? Field(nameof(p.rope_freq_base), p.rope_freq_base, 0)
        ?? Field(nameof(p.rope_freq_scale), p.rope_freq_scale, 0)
        ?? Field(nameof(p.yarn_ext_factor), p.yarn_ext_factor, -1)
        ?? Field(nameof(p.yarn_attn_factor), p.yarn_attn_factor, -1)
        ?? Field(nameof(p.yarn_beta_fast), p.yarn_beta_fast, -1)
        ?? Field(nameof(p.yarn_beta_slow), p.yarn_beta_slow, -1)
        ?? Field(nameof(p.yarn_orig_ctx), p.yarn_orig_ctx, 0)
        ?? Field(nameof(p.defrag_thold), p.defrag_thold, -1)
        ?? Field(nameof(p.cb_eval), p.cb_eval, 0)
        ?? Field(nameof(p.cb_eval_user_data), p.cb_eval_user_data, 0)
        ?? Field(nameof(p.type_k), p.type_k, 1)
        ?? Field(nameof(p.type_v), p.type_v, 1)
        ?? Field(nameof(p.abort_callback), (nint)p.abort_callback, 0)
        ?? Field(nameof(p.abort_callback_data), (nint)p.abort_callback_data, 0)
        ?? Field(nameof(p.embeddings), p.embeddings, 0)
        ?? Field(nameof(p.offload_kqv), p.offload_kqv, 1)
        ?? Field(nameof(p.no_perf), p.no_perf, 1)
        ?? Field(nameof(p.op_offload), p.op_offload, 1)
        ?? Field(nameof(p.swa_full), p.swa_full, 1)
        ?? Field(nameof(p.kv_unified), p.kv_unified, 0)
        ?? Field(nameof(p.samplers), p.samplers, 0)
        ?? Field(nameof(p.n_samplers), p.n_samplers, 0)
        ?? Field(nameof(p.ctx_other), p.ctx_other, 0);

    private static string? Field(string name, double actual, double expected) =>
        actual == expected ? null : $"the default of {name} is {actual} instead of {expected}";

    private static void Refuse(string? drift, string structure, string version, string folder)
    {
        if (drift is not null)
        {
            throw new LlamaException(
                $"The llama.cpp {version} in '{folder}' has another {structure} than this program was built for: {drift}. Use the pinned release.");
        }
    }

    private static void Sizes()
    {
        Size<LlamaModelParams>(80);
        Size<LlamaContextParams>(160);
        Size<LlamaBatch>(56);
        Size<LlamaSamplerChainParams>(1);
    }

    private static void Size<T>(int expected) where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != expected)
        {
            throw new LlamaException($"{typeof(T).Name} has {Unsafe.SizeOf<T>()} bytes instead of {expected} on this platform, which is not supported.");
        }
    }
}
