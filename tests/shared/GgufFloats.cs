using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using TorchSharp;

namespace SparseClip.Vlm.Tests.Shared;

/// <summary>Tensors of GGUF files as arrays.</summary>
internal static class GgufFloats
{
    /// <summary>The values of a tensor, dequantised, row-major.</summary>
    public static float[] ReadFloats(this GgufFile file, string name)
    {
        using var scope = torch.NewDisposeScope();
        return file.Load(name).cpu().data<float>().ToArray();
    }
}
