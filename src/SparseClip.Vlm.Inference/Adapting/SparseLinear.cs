using System.Numerics.Tensors;
using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Inference.Adapting;

/// <summary>
/// A linear layer whose input is sparse: y = b + sum of z_i w_i over the active features i. With about 1% of the features active it touches 1% of
/// the weights. Immutable, so thread-safe.
/// </summary>
public sealed class SparseLinear
{
    private readonly float[] _columns; // [D, h]: the weights of a feature lie together
    private readonly float[] _bias; // [h]

    private SparseLinear(float[] columns, float[] bias, int inputs)
    {
        _columns = columns;
        _bias = bias;
        Inputs = inputs;
    }

    /// <summary>D.</summary>
    public int Inputs { get; }

    /// <summary>h.</summary>
    public int Outputs => _bias.Length;

    /// <param name="weight">[h, D], as torch's linear layers keep it.</param>
    /// <param name="bias">[h]</param>
    /// <exception cref="ArgumentException">The weight has not h rows.</exception>
    public static SparseLinear FromRows(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
    {
        var outputs = bias.Length;
        if (outputs == 0 || weight.Length % outputs != 0)
        {
            throw new ArgumentException($"{weight.Length} weights are no matrix of {outputs} rows.", nameof(weight));
        }

        var inputs = weight.Length / outputs;
        var columns = new float[weight.Length];
        for (var row = 0; row < outputs; row++)
        {
            for (var column = 0; column < inputs; column++)
            {
                columns[(column * outputs) + row] = weight[(row * inputs) + column];
            }
        }

        return new SparseLinear(columns, bias.ToArray(), inputs);
    }

    /// <summary>y = b + W (scale z).</summary>
    /// <param name="code">z. [D]</param>
    /// <param name="scale">A factor for the whole code.</param>
    /// <param name="output">y. [h]</param>
    /// <exception cref="ArgumentException">The code has another dimension, or the output another length.</exception>
    public void Multiply(SparseCode code, float scale, Span<float> output)
    {
        Begin(output);
        Add(code, scale, output);
    }

    /// <summary>y = b, to which codes are then added.</summary>
    /// <param name="output">y. [h]</param>
    public void Begin(Span<float> output)
    {
        if (output.Length != Outputs)
        {
            throw new ArgumentException($"{output.Length} outputs do not fit a layer to {Outputs}.", nameof(output));
        }

        _bias.CopyTo(output);
    }

    /// <summary>y += W (scale z). The layer is linear, so the codes of several patches may be added one after the other.</summary>
    /// <param name="code">z. [D]</param>
    /// <param name="scale">A factor for the whole code.</param>
    /// <param name="output">y. [h]</param>
    /// <exception cref="ArgumentException">The code has another dimension, or the output another length.</exception>
    public void Add(SparseCode code, float scale, Span<float> output)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (code.Dimension != Inputs || output.Length != Outputs)
        {
            throw new ArgumentException($"A code of {code.Dimension} to {output.Length} outputs does not fit a layer of {Inputs} to {Outputs}.", nameof(code));
        }

        for (var i = 0; i < code.L0; i++)
        {
            var column = _columns.AsSpan(code.Indices[i] * Outputs, Outputs);
            TensorPrimitives.MultiplyAdd(column, code.Values[i] * scale, output, output);
        }
    }
}
