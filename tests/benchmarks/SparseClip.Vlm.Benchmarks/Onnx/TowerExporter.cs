using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Benchmarks.Onnx;

/// <summary>
/// Writes the vision tower of a weight file as an ONNX model in float32: normalisation, EfficientNet-Lite with its batch normalisations folded into
/// the convolutions, and the sparse head with its centring and scaling folded into the projection. It folds by itself, so that its codes also check ours.
/// </summary>
/// <param name="file">A tower.safetensors.</param>
/// <param name="config">The file's configuration.</param>
internal sealed class TowerExporter(SafetensorsFile file, SparseClipConfig config)
{
    /// <summary>[B, S, S, 3] uint8.</summary>
    public const string Pixels = "pixels";

    /// <summary>[B, 1 + T, D] float32: the pooled code first.</summary>
    public const string Codes = "codes";

    private const double StateEpsilon = 1e-5; // of the norm before the sparse head
    private readonly OnnxGraph _graph = new();
    private readonly EfficientNetLiteConfig _trunk = (EfficientNetLiteConfig)config.Trunk;

    /// <summary>The model as the bytes of an .onnx file.</summary>
    public byte[] Export()
    {
        var (trunk, size) = (_trunk, config.ImageSize);
        _graph.Weights("zero", [], [0f]);
        _graph.Weights("six", [], [6f]);
        var x = Normalize(_graph.Input(Pixels, OnnxGraph.ByteType, size, size, 3));
        x = Convolution(x, "trunk.stem", 3, trunk.Stem.Out, trunk.Stem.Kernel, trunk.Stem.Stride, 1, hasRelu6: true);
        for (var i = 0; i < trunk.Blocks.Count; i++)
        {
            x = Block(x, $"trunk.blocks.{i}", trunk.Blocks[i]);
        }

        x = Convolution(x, "trunk.head", trunk.Blocks[^1].Out, trunk.Head.Out, 1, 1, 1, hasRelu6: true); // [B, d, h, w]
        Head(x, trunk.Head.Out);
        _graph.Output(Codes, OnnxGraph.FloatType, 1 + Patches, config.Dimension);
        return _graph.ToModel("sparse-clip-vision");
    }

    /// <summary>Every strided convolution halves a side, rounded down.</summary>
    private int Patches
    {
        get
        {
            var side = _trunk.Blocks.Where(block => block.Stride == 2).Aggregate(config.ImageSize / _trunk.Stem.Stride, (side, _) => side / 2);
            return side * side;
        }
    }

    /// <summary>[B, S, S, 3] uint8 -> [B, 3, S, S] float32</summary>
    private string Normalize(string pixels)
    {
        var input = _trunk.Input;
        var x = _graph.Node("Cast", [pixels], [OnnxAttribute.Of("to", OnnxGraph.FloatType)]);
        x = _graph.Node("Sub", [x, _graph.Weights("mean", [], [input.Mean])], []);
        x = _graph.Node("Div", [x, _graph.Weights("std", [], [input.Std])], []);
        return _graph.Node("Transpose", [x], [OnnxAttribute.Of("perm", [0, 3, 1, 2])]);
    }

    private string Block(string input, string key, EfficientNetLiteConfig.BlockSpec block)
    {
        var hidden = block.In * block.Expand;
        var x = block.Expand == 1 ? input : Convolution(input, key + ".expand", block.In, hidden, 1, 1, 1, hasRelu6: true);
        x = Convolution(x, key + ".depthwise", hidden, hidden, block.Kernel, block.Stride, hidden, hasRelu6: true);
        x = Convolution(x, key + ".project", hidden, block.Out, 1, 1, 1, hasRelu6: false);
        return block.Skip ? _graph.Node("Add", [x, input], []) : x;
    }

    private string Convolution(string x, string key, int inputs, int outputs, int kernel, int stride, int groups, bool hasRelu6)
    {
        var (weight, bias) = Fold(key, outputs);
        // TensorFlow's SAME for even sizes, as the trunk pads: a strided convolution has one row and column more on the right and bottom.
        var (before, after) = stride == 1 ? ((kernel - 1) / 2, (kernel - 1) / 2) : ((kernel - 2) / 2, kernel / 2);
        var y = _graph.Node(
            "Conv",
            [
                x,
                _graph.Weights(key + ".weight", [outputs, inputs / groups, kernel, kernel], weight),
                _graph.Weights(key + ".bias", [outputs], bias),
            ],
            [
                OnnxAttribute.Of("kernel_shape", [kernel, kernel]),
                OnnxAttribute.Of("strides", [stride, stride]),
                OnnxAttribute.Of("pads", [before, before, after, after]),
                OnnxAttribute.Of("group", groups),
            ]);
        return hasRelu6 ? _graph.Node("Clip", [y, "zero", "six"], []) : y;
    }

    /// <summary>The weights and bias of a convolution with its batch normalisation folded in.</summary>
    private (float[] Weight, float[] Bias) Fold(string key, int outputs)
    {
        var weight = file.LoadFloats(key + ".conv.weight");
        var (gamma, beta) = (file.LoadFloats(key + ".norm.weight"), file.LoadFloats(key + ".norm.bias"));
        var (mean, variance) = (file.LoadFloats(key + ".norm.running_mean"), file.LoadFloats(key + ".norm.running_var"));
        var bias = new float[outputs];
        var each = weight.Length / outputs;
        for (var i = 0; i < outputs; i++)
        {
            var scale = gamma[i] / Math.Sqrt(variance[i] + _trunk.Norm.Eps);
            bias[i] = (float)(beta[i] - (mean[i] * scale));
            foreach (ref var value in weight.AsSpan(i * each, each))
            {
                value = (float)(value * scale);
            }
        }

        return (weight, bias);
    }

    /// <summary>Pre-activations W (h - mean) / std + b of every patch, their mean before them, and the ReLU.</summary>
    private void Head(string x, int width)
    {
        var weight = file.LoadFloats("image_head.weight"); // [D, d]
        var bias = file.LoadFloats("image_head.bias");
        var (mean, variance) = (file.LoadFloats("image_head.norm.running_mean"), file.LoadFloats("image_head.norm.running_var"));
        var transposed = new float[weight.Length]; // [d, D]
        for (var feature = 0; feature < config.Dimension; feature++)
        {
            var shift = 0.0;
            for (var i = 0; i < width; i++)
            {
                var folded = weight[(feature * width) + i] / Math.Sqrt(variance[i] + StateEpsilon);
                transposed[(i * config.Dimension) + feature] = (float)folded;
                shift += folded * mean[i];
            }

            bias[feature] = (float)(bias[feature] - shift);
        }

        var states = _graph.Node("Reshape", [x, _graph.Integers("states_shape", [0, width, -1])], []); // [B, d, T]
        states = _graph.Node("Transpose", [states], [OnnxAttribute.Of("perm", [0, 2, 1])]); // [B, T, d]
        var patches = _graph.Node("MatMul", [states, _graph.Weights("image_head.weight", [width, config.Dimension], transposed)], []);
        patches = _graph.Node("Add", [patches, _graph.Weights("image_head.bias", [config.Dimension], bias)], []); // [B, T, D]
        var pooled = _graph.Node("ReduceMean", [patches], [OnnxAttribute.Of("axes", [1]), OnnxAttribute.Of("keepdims", 1)]);
        var all = _graph.Node("Concat", [pooled, patches], [OnnxAttribute.Of("axis", 1)]);
        _graph.Node("Relu", [all], [], Codes);
    }
}
