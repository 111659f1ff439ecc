using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>
/// Where a model's weights come from. Names are those of GGUF; tensors are float32. Query and key rows come in the half-rotated order: element i
/// of a head turns with element i + HeadWidth / 2. Products of queries and keys do not depend on that order.
/// </summary>
internal abstract class LlamaWeights
{
    public abstract LlamaConfig Config { get; }

    /// <summary>Whether the output matrix is one of its own and not the token embedding.</summary>
    public abstract bool HasOutput { get; }

    /// <summary>A tensor by its GGUF name; the caller owns it.</summary>
    public abstract Tensor Read(string name);

    /// <summary>Refuses a tensor of another shape.</summary>
    public Tensor Read(string name, params ReadOnlySpan<long> shape)
    {
        var tensor = Read(name);
        if (tensor.shape.AsSpan().SequenceEqual(shape))
        {
            return tensor;
        }

        var found = string.Join(", ", tensor.shape);
        tensor.Dispose();
        throw Misshaped(name, found, string.Join(", ", shape.ToArray()));
    }

    protected abstract Exception Misshaped(string name, string found, string wanted);
}

/// <summary>Weights from a GGUF file, which stores queries and keys in interleaved pairs (2i, 2i + 1).</summary>
internal sealed class GgufLlamaWeights(GgufFile file) : LlamaWeights
{
    public override LlamaConfig Config { get; } = LlamaConfig.FromGguf(file);

    public override bool HasOutput => file.Contains("output.weight");

    public override Tensor Read(string name)
    {
        var tensor = file.Load(name);
        var isRotated = name.EndsWith("attn_q.weight", StringComparison.Ordinal) || name.EndsWith("attn_k.weight", StringComparison.Ordinal);
        if (!isRotated || tensor.dim() != 2 || tensor.shape[0] % Config.HeadWidth != 0)
        {
            return tensor;
        }

        // [heads * pairs * 2, d]: even rows of a head first, then its odd rows.
        using var interleaved = tensor;
        using var scope = NewDisposeScope();
        return interleaved.view(-1, Config.HeadWidth / 2, 2, interleaved.shape[1]).transpose(1, 2).reshape(interleaved.shape).MoveToOuterDisposeScope();
    }

    protected override Exception Misshaped(string name, string found, string wanted) => new GgufException(
        file.Path, $"tensor '{name}' has the shape [{found}], the metadata asks for [{wanted}]", GgufException.FetchAgain);
}
