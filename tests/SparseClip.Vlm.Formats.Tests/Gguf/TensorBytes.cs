using SparseClip.Vlm.Formats.Gguf;

namespace SparseClip.Vlm.Formats.Tests.Gguf;

/// <summary>What lies in an open file.</summary>
internal static unsafe class TensorBytes
{
    /// <summary>The elements of a tensor as they are stored, row-major.</summary>
    public static T[] Read<T>(this GgufFile file, string name) where T : unmanaged
    {
        var tensor = file.Tensor(name);
        return new ReadOnlySpan<T>((void*)file.AddressOf(tensor), checked((int)(tensor.Bytes / sizeof(T)))).ToArray();
    }
}
