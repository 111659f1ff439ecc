using System.Runtime.InteropServices;
using SparseClip.Vlm.Llama.Interop;

namespace SparseClip.Vlm.Llama.Handles;

/// <summary>Owns a <c>llama_context*</c> and keeps its model alive: freeing a model before its contexts crashes the process.</summary>
internal sealed class LlamaContextHandle : SafeHandle
{
    private readonly LlamaModelHandle _model;
    private readonly bool _holdsModel;

    public LlamaContextHandle(LlamaModelHandle model, LlamaContextParams parameters) : base(0, ownsHandle: true)
    {
        _model = model;
        model.DangerousAddRef(ref _holdsModel);
        SetHandle(LlamaNative.llama_init_from_model(model, parameters));
        if (IsInvalid)
        {
            model.DangerousRelease();
            _holdsModel = false;
        }
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LlamaNative.llama_free(handle);
        if (_holdsModel)
        {
            _model.DangerousRelease();
        }

        return true;
    }
}
