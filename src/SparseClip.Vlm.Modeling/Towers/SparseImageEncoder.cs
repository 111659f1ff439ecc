using System.Runtime.InteropServices;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Modeling.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Towers;

/// <summary>The vision tower at work: squares of pixels in, pooled and patch codes out. Does not own the model.</summary>
public sealed class SparseImageEncoder : IImageEncoder, IDisposable
{
    private const int BatchSize = 32;
    private readonly SparseClipModel _model;
    private readonly Tensor _weight; // [D, d]
    private readonly Tensor _bias; // [D]

    /// <param name="model">A model in evaluation mode.</param>
    public SparseImageEncoder(SparseClipModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        using var scope = NewDisposeScope();
        var (weight, bias) = model.image_head.Fold();
        (_weight, _bias) = (weight.DetachFromDisposeScope(), bias.DetachFromDisposeScope());
    }

    /// <inheritdoc />
    public int Dimension => _model.Config.Dimension;

    /// <inheritdoc />
    public int InputSize => _model.Config.ImageSize;

    /// <summary>The features that are colours and numbers; null where the tower has none.</summary>
    public AttributeFeatures? Attributes => _model.Config.Attributes;

    /// <inheritdoc />
    public IReadOnlyList<ImageCode> Encode(ReadOnlySpan<byte> pixels, int count, CancellationToken cancellationToken = default)
    {
        var bytes = PictureBytes(pixels.Length, count);
        var codes = new List<ImageCode>(count);
        for (var start = 0; start < count; start += BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var size = Math.Min(BatchSize, count - start);
            EncodeBatch(pixels.Slice(start * bytes, size * bytes), size, codes);
        }

        return codes;
    }

    /// <summary>Pooled codes only, which cost one projection instead of one a patch.</summary>
    /// <param name="pixels">[B, S, S, 3] uint8.</param>
    /// <returns>[B, D] float32, zero or more (of any sign for a dense twin), without gradient.</returns>
    public Tensor Pooled(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var states = PatchStates(pixels);
        return _model.Config.Activation.Apply(nn.functional.linear(states.mean([1]), _weight, _bias)).MoveToOuterDisposeScope();
    }

    /// <summary>The pooled codes of squares of RGB bytes.</summary>
    /// <param name="pixels">[count, S, S, 3], row by row.</param>
    /// <param name="count">The number of pictures.</param>
    public IReadOnlyList<SparseCode> EncodePooled(ReadOnlySpan<byte> pixels, int count)
    {
        PictureBytes(pixels.Length, count);
        using var scope = NewDisposeScope();
        var dense = MemoryMarshal.Cast<byte, float>(Pooled(ToTensor(pixels, count)).contiguous().ToHost().bytes);
        var codes = new SparseCode[count];
        for (var i = 0; i < count; i++)
        {
            codes[i] = SparseCode.FromDense(dense.Slice(i * Dimension, Dimension));
        }

        return codes;
    }

    /// <summary>Pooled codes and patch codes as dense tensors, for training on top of the frozen tower.</summary>
    /// <param name="pixels">[B, S, S, 3] uint8.</param>
    /// <returns>[B, 1 + T, D] float32: the pooled code first.</returns>
    public Tensor PooledAndPatches(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var patches = nn.functional.linear(PatchStates(pixels), _weight, _bias); // [B, T, D]
        var pooled = patches.mean([1], keepdim: true); // exactly W mean(h) + b, up to rounding
        return _model.Config.Activation.Apply(cat([pooled, patches], 1)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The codes of regions of a picture: a region's pre-activation is the weighted mean of its patches', as the whole picture's is their plain mean.
    /// </summary>
    /// <param name="pixels">[1, S, S, 3] uint8.</param>
    /// <param name="weights">[R, T], zero or more, every row of sum 1.</param>
    /// <returns>[R, D] float32, without gradient.</returns>
    /// <exception cref="ArgumentException">The weights have another number of patches.</exception>
    public Tensor Regions(Tensor pixels, Tensor weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var states = PatchStates(pixels)[0]; // [T, d]
        if (weights.dim() != 2 || weights.shape[1] != states.shape[0])
        {
            throw new ArgumentException($"Weights [{string.Join(", ", weights.shape)}] for {states.shape[0]} patches.", nameof(weights));
        }

        return _model.Config.Activation.Apply(nn.functional.linear(weights.matmul(states), _weight, _bias)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public float[] HeatMaps(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> features)
    {
        PictureBytes(pixels.Length, 1);
        foreach (var feature in features)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(feature, nameof(features));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(feature, Dimension, nameof(features));
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var rows = tensor(features.ToArray().Select(feature => (long)feature).ToArray());
        var states = PatchStates(ToTensor(pixels, 1))[0]; // [T, d]
        var maps = _weight.index_select(0, rows).matmul(states.t()).Plus(_bias.index_select(0, rows).unsqueeze(1)); // [F, T]
        return maps.contiguous().ToHost().data<float>().ToArray();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }

    private Tensor PatchStates(Tensor pixels)
    {
        using var normalized = _model.Normalize(pixels);
        return _model.trunk.forward(normalized);
    }

    private void EncodeBatch(ReadOnlySpan<byte> pixels, int size, List<ImageCode> codes)
    {
        using var scope = NewDisposeScope();
        var all = PooledAndPatches(ToTensor(pixels, size)); // [B, 1 + T, D]
        var side = (int)Math.Sqrt(all.shape[1] - 1);
        for (var i = 0; i < size; i++)
        {
            var rows = SparseCodes.FromRows(all[i]);
            codes.Add(new ImageCode(rows[0], rows[1..], side, side));
        }
    }

    private Tensor ToTensor(ReadOnlySpan<byte> pixels, int count)
    {
        using var scope = NewDisposeScope();
        var square = empty([count, InputSize, InputSize, 3], ScalarType.Byte, CPU);
        pixels.CopyTo(square.bytes);
        return square.ToDevice().MoveToOuterDisposeScope();
    }

    private int PictureBytes(int given, int count)
    {
        var bytes = InputSize * InputSize * 3;
        return given == bytes * count
            ? bytes
            : throw new ArgumentException($"{given} bytes for {count} pictures of {InputSize} x {InputSize} x 3.", nameof(given));
    }
}
