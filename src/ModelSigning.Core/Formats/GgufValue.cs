namespace ModelSigning.Core.Formats;

/// <summary>One value of a GGUF file's metadata.</summary>
/// <param name="Type">The type as the format names it: <c>uint32</c>, <c>float32</c>, <c>bool</c>, <c>string</c>, <c>array</c>.</param>
/// <param name="Value">
/// A <see cref="ulong"/> for every unsigned type, a <see cref="long"/> for every signed one, a <see cref="double"/> for the floating ones, a
/// <see cref="bool"/>, a <see cref="string"/> or a <see cref="GgufArray"/>.
/// </param>
internal sealed record GgufValue(string Type, object Value);

/// <summary>An array in a GGUF file's metadata, such as the tokens of a vocabulary.</summary>
/// <param name="ElementType">The type of its elements; <c>array</c> for an array of arrays.</param>
/// <param name="Count">How many it has.</param>
/// <param name="First">The first of them, at most <see cref="MostKept"/>; none of an array of arrays.</param>
/// <param name="Digest">The SHA-256 of the elements as the file encodes them, in lower-case hexadecimal, by which two long arrays can be compared.</param>
internal sealed record GgufArray(string ElementType, long Count, IReadOnlyList<object> First, string Digest)
{
    /// <summary>How many elements are kept: 256.</summary>
    public const int MostKept = 256;
}

/// <summary>Reads the values of a GGUF file's metadata.</summary>
/// <param name="reader">The file.</param>
/// <param name="source">Where it comes from, for the errors.</param>
internal sealed class GgufValueReader(HeaderReader reader, string source)
{
    /// <summary>The deepest nesting of arrays that is read.</summary>
    public const int MaximumDepth = 4;

    /// <summary>The longest text that is read, in bytes: 16 MiB.</summary>
    public const int LongestText = 16 * 1024 * 1024;

    private const uint StringType = 8, ArrayType = 9;

    private static readonly string[] Names =
        ["uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "bool", "string", "array", "uint64", "int64", "float64"];

    // Bytes of one element; a text has at least its length, and an array its type and count.
    private static readonly int[] LeastBytes = [1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8];

    /// <summary>Reads a type and a value of it.</summary>
    public GgufValue Read()
    {
        uint type = ReadType();
        return new(Names[type], type == ArrayType ? ReadArray(depth: 1) : ReadOne(type));
    }

    private uint ReadType()
    {
        uint type = reader.UInt32();
        return type < Names.Length ? type : throw FormatErrors.GgufInvalid.At(Invariant($"'{source}' is not a valid GGUF file: a value has the type {type}, and the last one is {Names.Length - 1}."), source);
    }

    private object ReadOne(uint type) => type switch
    {
        0 => (ulong)reader.Byte(),
        1 => (long)(sbyte)reader.Byte(),
        2 => (ulong)reader.UInt16(),
        3 => (long)(short)reader.UInt16(),
        4 => (ulong)reader.UInt32(),
        5 => (long)(int)reader.UInt32(),
        6 => (double)BitConverter.UInt32BitsToSingle(reader.UInt32()),
        7 => ReadBoolean(),
        StringType => reader.Text(LongestText),
        10 => reader.UInt64(),
        11 => (long)reader.UInt64(),
        _ => BitConverter.UInt64BitsToDouble(reader.UInt64()),
    };

    private bool ReadBoolean() => reader.Byte() switch
    {
        0 => false,
        1 => true,
        byte other => throw FormatErrors.GgufInvalid.At(Invariant($"'{source}' is not a valid GGUF file: a bool has the value {other}."), source),
    };

    private GgufArray ReadArray(int depth)
    {
        uint type = ReadType();
        ulong count = reader.UInt64();
        if (count > (ulong)(reader.Remaining / LeastBytes[type]))
        {
            throw FormatErrors.GgufInvalid.At(Invariant($"'{source}' is not a valid GGUF file: an array announces {count} elements, and the file has {reader.Remaining} more bytes."), source);
        }

        List<object> first = [];
        string digest = reader.DigestOf(() => ReadElements(type, count, depth, first));
        return new(Names[type], (long)count, first, digest);
    }

    private void ReadElements(uint type, ulong count, int depth, List<object> first)
    {
        if (type == ArrayType && depth == MaximumDepth)
        {
            throw FormatErrors.GgufTooLarge.At(Invariant($"'{source}' nests arrays more than {MaximumDepth} levels deep."), source);
        }

        for (ulong index = 0; index < count; index++)
        {
            switch (type)
            {
                case ArrayType:
                    _ = ReadArray(depth + 1);
                    break;
                case StringType when first.Count == GgufArray.MostKept:
                    reader.SkipText(LongestText);
                    break;
                case StringType:
                    first.Add(reader.PartOfText(LongestText));
                    break;
                case not ArrayType when first.Count == GgufArray.MostKept:
                    reader.Skip((count - index) * (ulong)LeastBytes[type]);
                    return;
                default:
                    first.Add(ReadOne(type));
                    break;
            }
        }
    }
}
