using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Metrics;

/// <summary>Checks matrices before they reach torch, whose own complaint about a wrong product is hard to read.</summary>
internal static class MatrixShape
{
    /// <summary>Refuses everything but a matrix of at least one row and <paramref name="columns"/> columns.</summary>
    /// <exception cref="ArgumentException">It has another shape.</exception>
    public static void Require(Tensor matrix, long columns, string what, string parameter)
    {
        ArgumentNullException.ThrowIfNull(matrix, parameter);
        if (matrix.dim() != 2 || matrix.shape[0] == 0 || matrix.shape[1] != columns)
        {
            throw new ArgumentException(
                $"{what} have the shape [{string.Join(", ", matrix.shape)}]; needed are one or more rows of {columns} values.", parameter);
        }
    }
}
