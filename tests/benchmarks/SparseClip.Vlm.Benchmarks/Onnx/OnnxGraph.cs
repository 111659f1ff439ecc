using System.Runtime.InteropServices;

namespace SparseClip.Vlm.Benchmarks.Onnx;

/// <summary>Collects the nodes and weights of an ONNX model and writes it. Field numbers are those of onnx.proto; opset 13.</summary>
internal sealed class OnnxGraph
{
    public const int FloatType = 1; // TensorProto.DataType
    public const int ByteType = 2;
    private const int Int64Type = 7;
    private const int IrVersion = 8;
    private const int Opset = 13;
    private readonly ProtobufMessage _graph = new();
    private int _nodes;

    /// <summary>Adds a node of one output.</summary>
    /// <param name="operation">The operator, such as Conv.</param>
    /// <param name="inputs">The names of values, initializers or graph inputs.</param>
    /// <param name="attributes">The operator's attributes.</param>
    /// <param name="output">The output's name; null chooses one.</param>
    /// <returns>The output's name.</returns>
    public string Node(string operation, string[] inputs, OnnxAttribute[] attributes, string? output = null)
    {
        output ??= $"{operation}_{_nodes}";
        var node = new ProtobufMessage();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        node.Text(2, output).Text(3, $"node_{_nodes++}").Text(4, operation);
        foreach (var attribute in attributes)
        {
            node.Message(5, attribute.ToMessage());
        }

        _graph.Message(1, node);
        return output;
    }

    /// <summary>Adds constant float32 values in row-major order.</summary>
    /// <returns>The name.</returns>
    public string Weights(string name, long[] shape, ReadOnlySpan<float> values) => Initializer(name, FloatType, shape, MemoryMarshal.AsBytes(values));

    /// <summary>Adds constant integers, such as a shape.</summary>
    /// <returns>The name.</returns>
    public string Integers(string name, ReadOnlySpan<long> values) => Initializer(name, Int64Type, [values.Length], MemoryMarshal.AsBytes(values));

    /// <summary>Declares an input; the first dimension is free.</summary>
    public string Input(string name, int type, params long[] shape)
    {
        _graph.Message(11, ValueInfo(name, type, shape));
        return name;
    }

    /// <summary>Declares an output; the first dimension is free.</summary>
    public void Output(string name, int type, params long[] shape) => _graph.Message(12, ValueInfo(name, type, shape));

    /// <summary>The model as the bytes of an .onnx file.</summary>
    public byte[] ToModel(string name)
    {
        _graph.Text(2, name);
        return new ProtobufMessage()
            .Integer(1, IrVersion)
            .Text(2, "sparseclip")
            .Message(8, new ProtobufMessage().Text(1, "").Integer(2, Opset))
            .Message(7, _graph)
            .Bytes.ToArray();
    }

    private string Initializer(string name, int type, long[] shape, ReadOnlySpan<byte> values)
    {
        var tensor = new ProtobufMessage();
        foreach (var side in shape)
        {
            tensor.Integer(1, side);
        }

        _graph.Message(5, tensor.Integer(2, type).Text(8, name).Raw(9, values));
        return name;
    }

    private static ProtobufMessage ValueInfo(string name, int type, long[] shape)
    {
        var sides = new ProtobufMessage().Message(1, new ProtobufMessage().Text(2, "batch"));
        foreach (var side in shape)
        {
            sides.Message(1, new ProtobufMessage().Integer(1, side));
        }

        var tensor = new ProtobufMessage().Integer(1, type).Message(2, sides);
        return new ProtobufMessage().Text(1, name).Message(2, new ProtobufMessage().Message(1, tensor));
    }
}

/// <summary>An attribute of a node: one integer or several.</summary>
internal readonly record struct OnnxAttribute(string Name, long? Value, long[]? Values)
{
    private const int IntegerKind = 2; // AttributeProto.AttributeType
    private const int IntegersKind = 7;

    public static OnnxAttribute Of(string name, long value) => new(name, value, null);

    public static OnnxAttribute Of(string name, long[] values) => new(name, null, values);

    public ProtobufMessage ToMessage()
    {
        var message = new ProtobufMessage().Text(1, Name);
        if (Value is { } one)
        {
            return message.Integer(3, one).Integer(20, IntegerKind);
        }

        foreach (var value in Values!)
        {
            message.Integer(8, value);
        }

        return message.Integer(20, IntegersKind);
    }
}
