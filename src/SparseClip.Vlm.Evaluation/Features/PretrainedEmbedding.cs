using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Evaluation.Features;

/// <summary>The pretrained trunk as it was published, all of it frozen: pictures to pooled vectors. What knows of no feature, so that features can be judged by it.</summary>
public sealed class PretrainedEmbedding : IDisposable
{
    private readonly SafetensorsFile _weights;
    private readonly EfficientNetLite _trunk;
    private readonly int _size;

    /// <param name="folder">config.json and model.safetensors.</param>
    /// <param name="size">Side of the pictures in pixels.</param>
    /// <exception cref="CheckpointException">The weights are missing or do not fit.</exception>
    /// <exception cref="ConfigurationException">The configuration is missing or wrong.</exception>
    public PretrainedEmbedding(string folder, int size)
    {
        var config = EfficientNetLiteConfig.Load(Path.Combine(folder, "config.json"));
        _weights = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
        _trunk = EfficientNetLite.FromPretrained(config, _weights, config.Blocks.Count + 1, size);
        _size = size;
    }

    /// <summary>e, the width of a vector.</summary>
    public int Width => _trunk.Width;

    /// <summary>The means of the patch states. [B, e] float16, the caller's.</summary>
    /// <param name="pixels">[B, S, S, 3] sRGB bytes.</param>
    /// <param name="count">B.</param>
    public Tensor Pool(ReadOnlySpan<byte> pixels, int count)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var bytes = empty([count, _size, _size, 3], ScalarType.Byte, CPU);
        pixels[..(count * _size * _size * 3)].CopyTo(bytes.bytes);
        var mean = tensor(_trunk.Normalization.Mean.ToArray());
        var std = tensor(_trunk.Normalization.Std.ToArray());
        var normalized = bytes.ToDevice().to_type(ScalarType.Float32).sub_(mean).div_(std).permute(0, 3, 1, 2);
        return _trunk.forward(normalized).mean([1]).to_type(ScalarType.Float16).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _trunk.Dispose();
        _weights.Dispose();
    }
}
