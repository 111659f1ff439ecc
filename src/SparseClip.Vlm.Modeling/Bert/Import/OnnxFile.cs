using System.Runtime.InteropServices;
using Google.Protobuf;

namespace SparseClip.Vlm.Modeling.Bert.Import;

/// <summary>
/// What of an ONNX file says which weights a network has: the initialisers of its graph and its nodes. Reads the protobuf messages (onnx.proto3: ModelProto, GraphProto, NodeProto,
/// TensorProto) field by field; everything else is skipped.
/// </summary>
internal sealed class OnnxFile
{
    private const int Float = 1; // TensorProto.DataType.FLOAT

    private OnnxFile(IReadOnlyDictionary<string, OnnxTensor> tensors, IReadOnlyList<OnnxNode> nodes) => (Tensors, Nodes) = (tensors, nodes);

    /// <summary>The float32 initialisers by name.</summary>
    public IReadOnlyDictionary<string, OnnxTensor> Tensors { get; }

    /// <summary>The nodes in the order of the graph.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; }

    /// <exception cref="InvalidProtocolBufferException">The bytes are no protobuf message.</exception>
    /// <exception cref="FormatException">They hold no graph.</exception>
    public static OnnxFile Parse(byte[] bytes)
    {
        ReadOnlyMemory<byte>? graph = null;
        foreach (var (field, value) in Messages(bytes))
        {
            graph = field == 7 ? value : graph;
        }

        var tensors = new Dictionary<string, OnnxTensor>(StringComparer.Ordinal);
        var nodes = new List<OnnxNode>();
        foreach (var (field, value) in Messages(graph ?? throw new FormatException("it has no graph")))
        {
            switch (field)
            {
                case 1:
                    nodes.Add(Node(value));
                    break;
                case 5 when Tensor(value) is { } tensor:
                    tensors.Add(tensor.Name, tensor);
                    break;
            }
        }

        return new OnnxFile(tensors, nodes);
    }

    private static OnnxNode Node(ReadOnlyMemory<byte> message)
    {
        var (inputs, outputs, kind) = (new List<string>(), new List<string>(), "");
        foreach (var (field, value) in Messages(message))
        {
            switch (field)
            {
                case 1:
                    inputs.Add(Text(value));
                    break;
                case 2:
                    outputs.Add(Text(value));
                    break;
                case 4:
                    kind = Text(value);
                    break;
            }
        }

        return new OnnxNode(kind, inputs, outputs);
    }

    /// <returns>null for one that is not of float32 or does not lie in the file.</returns>
    private static OnnxTensor? Tensor(ReadOnlyMemory<byte> message)
    {
        var (shape, type, name, raw) = (new List<long>(), 0L, "", ReadOnlyMemory<byte>.Empty);
        var input = new CodedInputStream(message.ToArray());
        while (input.ReadTag() is > 0 and var tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag))
            {
                case (1, WireFormat.WireType.Varint):
                    shape.Add(input.ReadInt64());
                    break;
                case (1, WireFormat.WireType.LengthDelimited):
                    var packed = input.ReadBytes().CreateCodedInput();
                    while (!packed.IsAtEnd)
                    {
                        shape.Add(packed.ReadInt64());
                    }

                    break;
                case (2, WireFormat.WireType.Varint):
                    type = input.ReadInt64();
                    break;
                case (8, WireFormat.WireType.LengthDelimited):
                    name = input.ReadString();
                    break;
                case (9, WireFormat.WireType.LengthDelimited):
                    raw = input.ReadBytes().Memory;
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return type == Float && raw.Length == shape.Aggregate(4L, (product, size) => product * size)
            ? new OnnxTensor(name, [.. shape], MemoryMarshal.Cast<byte, float>(raw.Span).ToArray())
            : null;
    }

    /// <summary>The fields of a message that are messages, texts or bytes themselves.</summary>
    private static IEnumerable<(int Field, ReadOnlyMemory<byte> Value)> Messages(ReadOnlyMemory<byte> message)
    {
        var input = ByteString.CopyFrom(message.Span).CreateCodedInput();
        while (input.ReadTag() is > 0 and var tag)
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                yield return (WireFormat.GetTagFieldNumber(tag), input.ReadBytes().Memory);
            }
            else
            {
                input.SkipLastField();
            }
        }
    }

    private static string Text(ReadOnlyMemory<byte> value) => System.Text.Encoding.UTF8.GetString(value.Span);
}

/// <summary>An initialiser.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Values">Its values, row-major.</param>
internal sealed record OnnxTensor(string Name, long[] Shape, float[] Values);

/// <summary>A node.</summary>
/// <param name="Kind">Its operator, such as <c>MatMul</c>.</param>
/// <param name="Inputs">The names of what it reads.</param>
/// <param name="Outputs">The names of what it makes.</param>
internal sealed record OnnxNode(string Kind, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs);
