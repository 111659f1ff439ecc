namespace SparseClip.Vlm.Formats.Gguf;

/// <summary>One tensor of a GGUF file: what the header says about it.</summary>
/// <param name="Name">Key, unique in the file.</param>
/// <param name="Type">How its elements are stored.</param>
/// <param name="Shape">Dimensions, outermost first as in torch (the file stores them innermost first).</param>
/// <param name="Count">Number of elements.</param>
/// <param name="Begin">First byte, counted from the start of the file.</param>
/// <param name="Bytes">Number of bytes.</param>
public sealed record GgufTensor(string Name, GgufTensorType Type, IReadOnlyList<long> Shape, long Count, long Begin, long Bytes)
{
    public override string ToString() => $"{Name} {Type} [{string.Join(", ", Shape)}]";
}
