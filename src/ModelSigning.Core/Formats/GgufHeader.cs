using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Formats;

/// <summary>
/// The header of a GGUF file (ggml's <c>docs/gguf.md</c>), versions 2 and 3, in either byte order: metadata and the list of tensors, read strictly. The
/// tensors must follow each other in the order of the list as the reference implementation requires it, so that nothing else lies between or after them.
/// </summary>
internal sealed class GgufHeader
{
    /// <summary>The longest header that is read, in bytes: 128 MiB.</summary>
    public const long MaximumLength = 128L * 1024 * 1024;

    /// <summary>The most tensors that are read: 1,000,000.</summary>
    public const int MaximumTensors = 1_000_000;

    /// <summary>The most values of metadata that are read: 65,536.</summary>
    public const int MaximumValues = 65_536;

    internal const int DefaultAlignment = 32;
    private const string AlignmentKey = "general.alignment";
    private const int LongestKey = 65_535, LongestTensorName = 64, MostDimensions = 4;
    private const uint OldestVersion = 2, NewestVersion = 3;

    private GgufHeader(int version, bool isBigEndian, int alignment, long dataOffset, IReadOnlyDictionary<string, GgufValue> metadata, IReadOnlyList<Tensor> tensors)
    {
        Version = version;
        IsBigEndian = isBigEndian;
        Alignment = alignment;
        DataOffset = dataOffset;
        Metadata = metadata;
        Tensors = tensors;
    }

    /// <summary>What every GGUF file begins with.</summary>
    public static ReadOnlySpan<byte> Magic => "GGUF"u8;

    /// <summary>The version of the format: 2 or 3.</summary>
    public int Version { get; }

    /// <summary>Whether the file's numbers, those of the tensors included, have their most significant byte first.</summary>
    public bool IsBigEndian { get; }

    /// <summary>What the tensors' offsets are multiples of, in bytes.</summary>
    public int Alignment { get; }

    /// <summary>Where the first tensor begins, in bytes from the start of the file.</summary>
    public long DataOffset { get; }

    /// <summary>The metadata, by key, in the order of the file.</summary>
    public IReadOnlyDictionary<string, GgufValue> Metadata { get; }

    /// <summary>The tensors, in the order of the file, which is that of their offsets.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <summary>Reads a header. The tensors' data is not read.</summary>
    /// <param name="stream">The file, at its start; it need not be seekable.</param>
    /// <param name="length">The file's length in bytes.</param>
    /// <param name="source">Where it comes from, for the errors.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ModelSigningException">The file is not valid or beyond the bounds (<see cref="FormatErrors"/>).</exception>
    public static GgufHeader Read(Stream stream, long length, string source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        HeaderReader reader = new(stream, length, MaximumLength, source, cancellationToken);
        if (!reader.Bytes(Magic.Length).AsSpan().SequenceEqual(Magic))
        {
            throw Invalid(source, "it does not begin with 'GGUF'");
        }

        uint version = ReadVersion(reader, source);
        int tensorCount = Count(reader.UInt64(), MaximumTensors, "tensors", source);
        int valueCount = Count(reader.UInt64(), MaximumValues, "values of metadata", source);
        Dictionary<string, GgufValue> metadata = ReadMetadata(reader, valueCount, source);
        int alignment = ReadAlignment(metadata, source);
        List<Announced> announced = ReadTensors(reader, tensorCount, source);
        long dataOffset = RoundUp(reader.Position, alignment);
        return new((int)version, reader.IsBigEndian, alignment, dataOffset, metadata, Place(announced, dataOffset, alignment, length, source));
    }

    private static uint ReadVersion(HeaderReader reader, string source)
    {
        uint version = reader.UInt32();
        // No flag tells the byte order: the version is the first number, and read the wrong way round its low half is zero.
        if (version != 0 && (version & 0xFFFF) == 0)
        {
            reader.IsBigEndian = true;
            version = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(version);
        }

        return version is >= OldestVersion and <= NewestVersion ? version : throw FormatErrors.GgufNotSupported.At(Invariant($"'{source}' has GGUF version {version}; versions {OldestVersion} to {NewestVersion} are supported."), source);
    }

    private static Dictionary<string, GgufValue> ReadMetadata(HeaderReader reader, int count, string source)
    {
        Dictionary<string, GgufValue> metadata = new(StringComparer.Ordinal);
        GgufValueReader values = new(reader, source);
        for (int index = 0; index < count; index++)
        {
            string key = reader.Text(LongestKey);
            if (!metadata.TryAdd(key, values.Read()))
            {
                throw Invalid(source, $"the key '{key}' occurs twice");
            }
        }

        return metadata;
    }

    private static int ReadAlignment(Dictionary<string, GgufValue> metadata, string source)
    {
        if (!metadata.TryGetValue(AlignmentKey, out GgufValue? value))
        {
            return DefaultAlignment;
        }

        return value is { Type: "uint32", Value: ulong alignment } && alignment is > 0 and <= 1 << 20 && alignment % 8 == 0
            ? (int)alignment
            : throw Invalid(source, $"'{AlignmentKey}' must be a multiple of 8 as uint32");
    }

    private static List<Announced> ReadTensors(HeaderReader reader, int count, string source)
    {
        List<Announced> tensors = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int index = 0; index < count; index++)
        {
            string name = reader.Text(LongestTensorName);
            if (!names.Add(name))
            {
                throw Invalid(source, $"the tensor '{name}' occurs twice");
            }

            uint dimensions = reader.UInt32();
            if (dimensions > MostDimensions)
            {
                throw Invalid(source, Invariant($"the tensor '{name}' has {dimensions} dimensions; at most {MostDimensions} are allowed"));
            }

            ulong[] lengths = new ulong[dimensions];
            for (int dimension = 0; dimension < lengths.Length; dimension++)
            {
                lengths[dimension] = reader.UInt64();
            }

            uint type = reader.UInt32();
            tensors.Add(new(name, lengths, GgufTensorType.Find(type) ?? throw FormatErrors.GgufNotSupported.At(Invariant($"The tensor '{name}' of '{source}' has the type {type}, which is not known."), source), reader.UInt64()));
        }

        return tensors;
    }

    private static List<Tensor> Place(List<Announced> announced, long dataOffset, int alignment, long length, string source)
    {
        List<Tensor> tensors = new(announced.Count);
        long expected = 0;
        foreach (Announced tensor in announced)
        {
            long bytes = BytesOf(tensor, source);
            if (tensor.Offset != (ulong)expected)
            {
                throw Invalid(source, Invariant($"the tensor '{tensor.Name}' has the offset {tensor.Offset}, and the one before it ends at {expected}"));
            }

            if (bytes > length - dataOffset - expected)
            {
                throw Invalid(source, Invariant($"the tensor '{tensor.Name}' of {bytes} bytes ends after the end of the file"));
            }

            long[] shape = [.. tensor.Lengths.Reverse().Select(one => (long)one)];
            tensors.Add(new(tensor.Name, tensor.Type.Name, shape, dataOffset + expected, bytes));
            expected = RoundUp(expected + bytes, alignment);
        }

        return length <= dataOffset + expected ? tensors : throw Invalid(source, Invariant($"{length - dataOffset - expected} bytes follow the last tensor"));
    }

    private static long BytesOf(Announced tensor, string source)
    {
        // Four dimensions of 64 bits do not fit 128, so each product is compared before the next one.
        UInt128 elements = 1;
        foreach (ulong length in tensor.Lengths)
        {
            elements *= length;
            if (elements > long.MaxValue)
            {
                throw Invalid(source, $"the tensor '{tensor.Name}' has more elements than a file can hold");
            }
        }

        ulong row = tensor.Lengths.Length > 0 ? tensor.Lengths[0] : 1;
        if (row % (ulong)tensor.Type.BlockElements != 0)
        {
            throw Invalid(source, Invariant($"a row of the tensor '{tensor.Name}' has {row} elements, and {tensor.Type.Name} stores {tensor.Type.BlockElements} together"));
        }

        UInt128 bytes = elements / (ulong)tensor.Type.BlockElements * (ulong)tensor.Type.BlockBytes;
        return bytes <= long.MaxValue / 2 ? (long)bytes : throw Invalid(source, $"the tensor '{tensor.Name}' has more bytes than a file can hold");
    }

    private static int Count(ulong count, int most, string what, string source) => count <= (ulong)most ? (int)count
        : throw FormatErrors.GgufTooLarge.At(Invariant($"'{source}' declares {count} {what}; the limit is {most}."), source);

    private static long RoundUp(long position, int alignment) => (position + alignment - 1) / alignment * alignment;

    private static ModelSigningException Invalid(string source, string reason) => FormatErrors.GgufInvalid.At($"'{source}' is not a valid GGUF file: {reason}.", source);

    private sealed record Announced(string Name, ulong[] Lengths, GgufTensorType Type, ulong Offset);
}
