namespace SparseClip.Vlm.Formats.Gguf;

#pragma warning disable CA1008 // The numbers are the format's: 0 is F32.

/// <summary>How the elements of a tensor are stored. Numbers and names are those of the GGUF specification.</summary>
public enum GgufTensorType
{
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q5_0 = 6,
    Q5_1 = 7,
    Q8_0 = 8,
    Q2_K = 10,
    Q3_K = 11,
    Q4_K = 12,
    Q5_K = 13,
    Q6_K = 14,
    IQ2_XXS = 16,
    IQ2_XS = 17,
    IQ3_XXS = 18,
    IQ1_S = 19,
    IQ4_NL = 20,
    IQ3_S = 21,
    IQ2_S = 22,
    IQ4_XS = 23,
    I8 = 24,
    I16 = 25,
    I32 = 26,
    I64 = 27,
    F64 = 28,
    IQ1_M = 29,
    BF16 = 30,
    TQ1_0 = 34,
    TQ2_0 = 35,
    MXFP4 = 39,
}

/// <summary>Block sizes of <see cref="GgufTensorType"/>: how many elements are stored together, and in how many bytes.</summary>
public static class GgufTensorTypes
{
    /// <summary>Elements in a block; rows are whole blocks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The format has no such type.</exception>
    public static int BlockElements(this GgufTensorType type) => Block(type).Elements;

    /// <summary>Bytes of a block.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The format has no such type.</exception>
    public static int BlockBytes(this GgufTensorType type) => Block(type).Bytes;

    private static (int Elements, int Bytes) Block(GgufTensorType type) => type switch
    {
        GgufTensorType.F32 => (1, 4),
        GgufTensorType.F16 => (1, 2),
        GgufTensorType.Q4_0 => (32, 18),
        GgufTensorType.Q4_1 => (32, 20),
        GgufTensorType.Q5_0 => (32, 22),
        GgufTensorType.Q5_1 => (32, 24),
        GgufTensorType.Q8_0 => (32, 34),
        GgufTensorType.Q2_K => (256, 84),
        GgufTensorType.Q3_K => (256, 110),
        GgufTensorType.Q4_K => (256, 144),
        GgufTensorType.Q5_K => (256, 176),
        GgufTensorType.Q6_K => (256, 210),
        GgufTensorType.IQ2_XXS => (256, 66),
        GgufTensorType.IQ2_XS => (256, 74),
        GgufTensorType.IQ3_XXS => (256, 98),
        GgufTensorType.IQ1_S => (256, 50),
        GgufTensorType.IQ4_NL => (32, 18),
        GgufTensorType.IQ3_S => (256, 110),
        GgufTensorType.IQ2_S => (256, 82),
        GgufTensorType.IQ4_XS => (256, 136),
        GgufTensorType.I8 => (1, 1),
        GgufTensorType.I16 => (1, 2),
        GgufTensorType.I32 => (1, 4),
        GgufTensorType.I64 => (1, 8),
        GgufTensorType.F64 => (1, 8),
        GgufTensorType.IQ1_M => (256, 56),
        GgufTensorType.BF16 => (1, 2),
        GgufTensorType.TQ1_0 => (256, 54),
        GgufTensorType.TQ2_0 => (256, 66),
        GgufTensorType.MXFP4 => (32, 17),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "The format has no such type."),
    };
}
