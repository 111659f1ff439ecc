using SparseClip.Vlm.Core.Codes;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Sparsity;

/// <summary>Crosses the border from tensors to sparse codes.</summary>
public static class SparseCodes
{
    /// <summary>The rows of a non-negative matrix as sparse codes.</summary>
    /// <param name="codes">[N, D] float32, zero or more.</param>
    public static SparseCode[] FromRows(Tensor codes)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var dense = codes.detach().contiguous();
        var dimension = (int)dense.shape[1];
        var rows = new SparseCode[dense.shape[0]];
        for (var i = 0; i < rows.Length; i++)
        {
            var row = dense[i].ToHost().data<float>();
            rows[i] = SparseCode.FromDense(row.ToArray());
        }

        return rows;
    }

    /// <summary>A dense matrix of codes. [N, D] float32</summary>
    public static Tensor ToTensor(IReadOnlyList<SparseCode> codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        var dimension = codes.Count == 0 ? 0 : codes[0].Dimension;
        var dense = new float[codes.Count * dimension];
        for (var i = 0; i < codes.Count; i++)
        {
            codes[i].CopyTo(dense.AsSpan(i * dimension, dimension));
        }

        return tensor(dense, [codes.Count, dimension]);
    }
}
