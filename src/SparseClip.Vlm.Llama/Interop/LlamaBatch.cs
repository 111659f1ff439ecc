using System.Runtime.InteropServices;

namespace SparseClip.Vlm.Llama.Interop;

/// <summary><c>struct llama_batch</c>, 56 bytes. Either <c>token</c> or <c>embd</c> is set, never both, never neither.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaBatch
{
    public int n_tokens;
    public int* token;
    public float* embd;
    public int* pos;
    public int* n_seq_id;
    public int** seq_id;
    public sbyte* logits;
}

/// <summary><c>struct llama_sampler_chain_params</c>, 1 byte.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LlamaSamplerChainParams
{
    public byte no_perf;
}
