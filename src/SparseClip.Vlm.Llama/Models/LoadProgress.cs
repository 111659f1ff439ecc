using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SparseClip.Vlm.Llama.Models;

/// <summary>Lets a cancellation token stop the loading of a model through llama.cpp's progress callback.</summary>
internal sealed unsafe class LoadProgress : IDisposable
{
    private GCHandle _token;

    public LoadProgress(CancellationToken cancellationToken) => _token = GCHandle.Alloc(cancellationToken);

    public static delegate* unmanaged[Cdecl]<float, void*, byte> Callback => &Continue;

    public void* State => (void*)GCHandle.ToIntPtr(_token);

    public void Dispose() => _token.Free();

    /// <summary>1 to go on, 0 to stop.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte Continue(float progress, void* state) =>
        GCHandle.FromIntPtr((nint)state).Target is CancellationToken { IsCancellationRequested: true } ? (byte)0 : (byte)1;
}
