namespace SparseClip.Vlm.Modeling.Checkpoints;

/// <summary>One tensor of a safetensors file: what the header says about it.</summary>
/// <param name="Name">Key, unique in the file.</param>
/// <param name="Type">Element type as stored.</param>
/// <param name="Shape">Dimensions, outermost first; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the start of the file.</param>
/// <param name="End">One past the last byte, counted from the start of the file.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Number of elements; 1 for a scalar.</summary>
    public long Count => (End - Begin) / Type.Size();

    public override string ToString() => $"{Name} {Type} [{string.Join(", ", Shape)}]";
}
