using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>
/// A model's weights out of a GGUF file, as float32. The file stores query and key rows in interleaved pairs (2i, 2i + 1); here they come in the half-rotated
/// order: element i of a head turns with element i + HeadWidth / 2. Products of queries and keys do not depend on that order.
/// </summary>
internal sealed class LlamaWeights(GgufFile file)
{
    /// <summary>The shape that the file states.</summary>
    public LlamaConfig Config { get; } = LlamaConfig.FromGguf(file);

    /// <summary>Whether the output matrix is one of its own and not the token embedding.</summary>
    public bool HasOutput => file.Contains("output.weight");

    /// <summary>A tensor by its name; the caller owns it.</summary>
    /// <exception cref="GgufException">There is none, or it has another shape.</exception>
    public Tensor Read(string name, params ReadOnlySpan<long> shape)
    {
        var tensor = Read(name);
        if (tensor.shape.AsSpan().SequenceEqual(shape))
        {
            return tensor;
        }

        var found = string.Join(", ", tensor.shape);
        tensor.Dispose();
        throw new GgufException(
            file.Path, $"tensor '{name}' has the shape [{found}], the metadata asks for [{string.Join(", ", shape.ToArray())}]", GgufException.FetchAgain);
    }

    private Tensor Read(string name)
    {
        var tensor = file.Load(name);
        var isRotated = name.EndsWith("attn_q.weight", StringComparison.Ordinal) || name.EndsWith("attn_k.weight", StringComparison.Ordinal);
        if (!isRotated || tensor.dim() != 2 || tensor.shape[0] % Config.HeadWidth != 0)
        {
            return tensor;
        }

        using var interleaved = tensor;
        return Halves(interleaved, Config.HeadWidth);
    }

    /// <summary>Rows whose rotary pairs lie side by side, in the order of halves: even rows of a head first, then its odd rows.</summary>
    /// <param name="interleaved">[heads * pairs * 2, n]</param>
    /// <param name="headWidth">Rows a head.</param>
    internal static Tensor Halves(Tensor interleaved, int headWidth)
    {
        using var scope = NewDisposeScope();
        return interleaved.view(-1, headWidth / 2, 2, interleaved.shape[1]).transpose(1, 2).reshape(interleaved.shape).MoveToOuterDisposeScope();
    }
}
