using SparseClip.Vlm.Formats.Gguf;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Llama.Gguf;

/// <summary>The weights of a GGUF file as float32, whatever they are stored as.</summary>
public static unsafe class GgufWeights
{
    /// <summary>Dequantises a tensor onto the <see cref="ComputeDevice"/>.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="type">The element type of the result.</param>
    /// <returns>A contiguous tensor without gradient; the caller owns it.</returns>
    /// <exception cref="GgufException">The file has no such tensor, or it is stored in a type that is not dequantised here.</exception>
    public static Tensor Load(this GgufFile file, string name, ScalarType type = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(file);
        var tensor = Readable(file, name);
        using var scope = NewDisposeScope();
        var values = empty(tensor.Shape.ToArray(), ScalarType.Float32, CPU);
        if (tensor.Count > 0)
        {
            fixed (byte* target = values.bytes)
            {
                Dequantizer.Run(tensor.Type, (byte*)file.AddressOf(tensor), (float*)target, tensor.Count);
            }
        }

        return (type == ScalarType.Float32 ? values : values.to_type(type)).ToDevice().MoveToOuterDisposeScope();
    }

    private static GgufTensor Readable(GgufFile file, string name)
    {
        var tensor = file.Tensor(name);
        return Dequantizer.Reads(tensor.Type)
            ? tensor
            : throw new GgufException(
                file.Path, $"tensor '{name}' is stored as {tensor.Type}, which is not dequantised here", $"Convert the model to one of {string.Join(", ", Dequantizer.Types)}");
    }
}
