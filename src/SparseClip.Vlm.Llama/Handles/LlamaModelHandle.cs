using System.Runtime.InteropServices;
using SparseClip.Vlm.Llama.Interop;

namespace SparseClip.Vlm.Llama.Handles;

/// <summary>Owns a <c>llama_model*</c>. Freed when it is disposed and the last context made from it is gone.</summary>
internal sealed class LlamaModelHandle : SafeHandle
{
    public LlamaModelHandle(nint model) : base(0, ownsHandle: true) => SetHandle(model);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LlamaNative.llama_model_free(handle);
        return true;
    }
}
