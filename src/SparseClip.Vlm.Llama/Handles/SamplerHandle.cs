using System.Runtime.InteropServices;
using SparseClip.Vlm.Llama.Interop;

namespace SparseClip.Vlm.Llama.Handles;

/// <summary>Owns a sampler chain and all samplers in it.</summary>
internal sealed class SamplerHandle : SafeHandle
{
    public SamplerHandle(nint chain) : base(0, ownsHandle: true) => SetHandle(chain);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LlamaNative.llama_sampler_free(handle);
        return true;
    }
}
