using LLama.Native;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>What llama.cpp is told about a context.</summary>
internal static class ContextParameters
{
    private const int CacheBlock = 256; // positions; llama.cpp rounds a sequence's share of the KV cache to it

    /// <summary>The positions that llama.cpp gives a sequence for so many.</summary>
    public static int Rounded(int contextLength) => (contextLength + CacheBlock - 1) / CacheBlock * CacheBlock;

    /// <summary>The streams of the KV cache: one for each sequence and one through which two change places.</summary>
    public static int Streams(GenerationOptions options) => options.Sequences + 1;

    /// <summary>The positions of all streams together.</summary>
    public static int Cells(GenerationOptions options, int contextLength) => checked(Streams(options) * Rounded(contextLength));

    /// <summary>llama.cpp's defaults with the sizes, threads and types of the options; without an abort callback.</summary>
    /// <remarks>The defaults of the struct, not of LLamaSharp's ContextParams, which would share one stream of the KV cache among all sequences.</remarks>
    /// <param name="options">Checked already.</param>
    /// <param name="contextLength">Positions of a sequence.</param>
    /// <param name="batchSize">The most positions of one decode.</param>
    public static LLamaContextParams Create(GenerationOptions options, int contextLength, int batchSize)
    {
        var parameters = LLamaContextParams.Default();
        parameters.n_ctx = (uint)Cells(options, contextLength);
        parameters.n_batch = (uint)batchSize;
        parameters.n_ubatch = (uint)batchSize;
        parameters.n_seq_max = (uint)Streams(options);
        parameters.n_threads = options.Threads > 0 ? options.Threads : PhysicalCores.Available();
        parameters.n_threads_batch = parameters.n_threads;
        parameters.llama_flash_attn_type = (LLamaFlashAttentionType)options.FlashAttention;
        parameters.kv_unified = false;
        parameters.type_k = (GGMLType)options.KvType;
        parameters.type_v = (GGMLType)options.KvType;
        return parameters;
    }
}
