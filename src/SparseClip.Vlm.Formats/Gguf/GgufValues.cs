using System.Text;

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

    /// <exception cref="ArgumentException">The format has no such type.</exception>
    public static void CheckWritable(object value)
    {
        if (TypeOf(value.GetType()) == Array && TypeOf(value.GetType().GetElementType()!) == Array)
        {
            throw new ArgumentException("Arrays of arrays are not supported.", nameof(value));
        }
    }

    /// <summary>The type number and the value.</summary>
    public static void Write(BinaryWriter writer, object value)
    {
        writer.Write(TypeOf(value.GetType()));
        if (value is not System.Array array)
        {
            WriteBare(writer, value);
            return;
        }

        writer.Write(TypeOf(array.GetType().GetElementType()!));
        writer.Write((ulong)array.LongLength);
        foreach (var element in array)
        {
            WriteBare(writer, element);
        }
    }

    public static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.LongLength);
        writer.Write(bytes);
    }

    private static void WriteBare(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case string v: WriteText(writer, v); break;
            case byte v: writer.Write(v); break;
            case sbyte v: writer.Write(v); break;
            case ushort v: writer.Write(v); break;
            case short v: writer.Write(v); break;
            case uint v: writer.Write(v); break;
            case int v: writer.Write(v); break;
            case float v: writer.Write(v); break;
            case bool v: writer.Write(v); break;
            case ulong v: writer.Write(v); break;
            case long v: writer.Write(v); break;
            case double v: writer.Write(v); break;
            default: throw Unwritable(value.GetType());
        }
    }

    private static uint TypeOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => U8,
        TypeCode.SByte => I8,
        TypeCode.UInt16 => U16,
        TypeCode.Int16 => I16,
        TypeCode.UInt32 => U32,
        TypeCode.Int32 => I32,
        TypeCode.Single => F32,
        TypeCode.Boolean => Bool,
        TypeCode.String => Text,
        TypeCode.UInt64 => U64,
        TypeCode.Int64 => I64,
        TypeCode.Double => F64,
        _ when type.IsArray => Array,
        _ => throw Unwritable(type),
    };

    private static ArgumentException Unwritable(Type type) => new($"GGUF metadata cannot hold a {type.Name}.", nameof(type));
}
