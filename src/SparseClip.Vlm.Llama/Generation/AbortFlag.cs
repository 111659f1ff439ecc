using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>
/// Lets cancellation tokens stop a decode through llama.cpp's abort callback, which is asked between the nodes of a graph. The flag lies in native
/// memory, so it must outlive the context that has its address.
/// </summary>
internal sealed unsafe class AbortFlag : IDisposable
{
    private readonly int* _flag = (int*)NativeMemory.AllocZeroed(sizeof(int));

    /// <summary>The function for <c>abort_callback</c>.</summary>
    public static nint Callback => (nint)(delegate* unmanaged[Cdecl]<void*, byte>)&IsSet;

    /// <summary>What the function gets.</summary>
    public nint State => (nint)_flag;

    /// <summary>Clears the flag and sets it when the token is cancelled, until what is returned is disposed.</summary>
    public CancellationTokenRegistration Watch(CancellationToken cancellationToken)
    {
        Volatile.Write(ref *_flag, 0);
        return cancellationToken.UnsafeRegister(static flag => Volatile.Write(ref *(int*)(nint)flag!, 1), (nint)_flag);
    }

    public void Dispose() => NativeMemory.Free(_flag);

    /// <summary>1 to stop, 0 to go on.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte IsSet(void* flag) => Volatile.Read(ref *(int*)flag) != 0 ? (byte)1 : (byte)0;
}
