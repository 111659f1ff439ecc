namespace SparseClip.Vlm.Formats.Gguf;

/// <summary>The types of metadata values: numbers of the GGUF specification.</summary>
internal static class GgufValues
{
    internal const uint U8 = 0, I8 = 1, U16 = 2, I16 = 3, U32 = 4, I32 = 5, F32 = 6, Bool = 7, Text = 8, Array = 9, U64 = 10, I64 = 11, F64 = 12;

    public static object Read(GgufCursor cursor, uint type, string what) => type switch
    {
        U8 => cursor.Read<byte>(what),
        I8 => cursor.Read<sbyte>(what),
        U16 => cursor.Read<ushort>(what),
        I16 => cursor.Read<short>(what),
        U32 => cursor.Read<uint>(what),
        I32 => cursor.Read<int>(what),
        F32 => cursor.Read<float>(what),
        Bool => cursor.Read<byte>(what) != 0,
        Text => cursor.ReadString(what),
        Array => ReadArray(cursor, what),
        U64 => cursor.Read<ulong>(what),
        I64 => cursor.Read<long>(what),
        F64 => cursor.Read<double>(what),
        _ => throw cursor.Damage($"{what} has the unknown type {type}"),
    };

    private static object ReadArray(GgufCursor cursor, string what)
    {
        var type = cursor.Read<uint>($"the element type of {what}");
        var count = cursor.ReadCount($"the length of {what}", bytesEach: type switch
        {
            U8 or I8 or Bool => 1,
            U16 or I16 => 2,
            U32 or I32 or F32 => 4,
            Text or U64 or I64 or F64 => 8,
            _ => throw cursor.Damage($"{what} is an array of the unsupported type {type}"),
        });
        switch (type)
        {
            case U8: return cursor.ReadArray<byte>(count, what);
            case I8: return cursor.ReadArray<sbyte>(count, what);
            case U16: return cursor.ReadArray<ushort>(count, what);
            case I16: return cursor.ReadArray<short>(count, what);
            case U32: return cursor.ReadArray<uint>(count, what);
            case I32: return cursor.ReadArray<int>(count, what);
            case F32: return cursor.ReadArray<float>(count, what);
            case U64: return cursor.ReadArray<ulong>(count, what);
            case I64: return cursor.ReadArray<long>(count, what);
            case F64: return cursor.ReadArray<double>(count, what);
            case Bool: return System.Array.ConvertAll(cursor.ReadArray<byte>(count, what), b => b != 0);
            default:
                var texts = new string[count];
                for (var i = 0; i < count; i++)
                {
                    texts[i] = cursor.ReadBytesAsText(what);
                }

                return texts;
        }
    }
}
