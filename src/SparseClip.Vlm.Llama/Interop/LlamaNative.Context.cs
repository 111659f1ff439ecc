using System.Runtime.InteropServices;
using SparseClip.Vlm.Llama.Handles;

namespace SparseClip.Vlm.Llama.Interop;

internal static unsafe partial class LlamaNative
{
    [LibraryImport(Llama)]
    internal static partial LlamaContextParams llama_context_default_params();

    [LibraryImport(Llama)]
    internal static partial nint llama_init_from_model(LlamaModelHandle model, LlamaContextParams @params);

    [LibraryImport(Llama)]
    internal static partial void llama_free(nint ctx);

    [LibraryImport(Llama)]
    internal static partial uint llama_n_ctx_seq(LlamaContextHandle ctx);

    [LibraryImport(Llama)]
    internal static partial uint llama_n_batch(LlamaContextHandle ctx);

    [LibraryImport(Llama)]
    internal static partial uint llama_n_seq_max(LlamaContextHandle ctx);

    [LibraryImport(Llama)]
    internal static partial void llama_set_n_threads(LlamaContextHandle ctx, int n_threads, int n_threads_batch);

    [LibraryImport(Llama)]
    internal static partial int llama_decode(LlamaContextHandle ctx, LlamaBatch batch);

    [LibraryImport(Llama)]
    internal static partial float* llama_get_logits_ith(LlamaContextHandle ctx, int i);
}
