using System.Buffers.Binary;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Formats;

/// <summary>
/// The header of a safetensors file: eight bytes with the header's length, little-endian; the header, a JSON object of tensors; the
/// tensors' bytes, which fill the rest of the file without a hole or an overlap. Whatever breaks that is refused, because a byte that
/// belongs to no tensor is signed by no tensor's digest, and one that belongs to two can be two things.
/// </summary>
public sealed class SafetensorsFile
{
    /// <summary>The longest header that is read, in bytes: that of the format's own library.</summary>
    public const int MaximumHeaderLength = 100_000_000;

    internal const int PrefixLength = 8;

    private static readonly InputRules Rules = new("safetensors header", MaximumHeaderLength, FormatErrors.SafetensorsInvalid) { MaximumMembers = 1_000_000 };

    private SafetensorsFile(long headerLength, Dictionary<string, string> metadata, Tensor[] tensors)
    {
        DataOffset = headerLength;
        Metadata = metadata;
        Tensors = tensors;
    }

    /// <summary>Where the tensors' bytes begin in the file.</summary>
    public long DataOffset { get; }

    /// <summary>The texts that the producer of the file added (<c>__metadata__</c>), by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors, in the order of their bytes.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <summary>Reads the header of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelSigningException"><see cref="FormatErrors.SafetensorsInvalid"/>.</exception>
    public static SafetensorsFile Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using FileStream file = RegularFile.Open(path);
            return Read(file, file.Length, path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unreadable(path, fault);
        }
    }

    /// <summary>Reads the header from a stream. The tensors' bytes are not read.</summary>
    /// <param name="stream">The file from its first byte; it need not be seekable.</param>
    /// <param name="length">The whole file's length in bytes.</param>
    /// <param name="source">Where it comes from, for the errors.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ModelSigningException"><see cref="FormatErrors.SafetensorsInvalid"/>.</exception>
    public static SafetensorsFile Read(Stream stream, long length, string source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        try
        {
            Span<byte> prefix = stackalloc byte[PrefixLength];
            stream.ReadExactly(prefix);
            byte[] header = new byte[HeaderLength(prefix, length, source)];
            stream.ReadExactly(header);
            return ParseHeader(header, length, source, cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(source, fault);
        }
    }

    /// <summary>Reads the header of a file that is in memory.</summary>
    /// <param name="start">The file's bytes from its first one, the header at least.</param>
    /// <param name="length">The whole file's length in bytes.</param>
    /// <param name="source">Where they come from, for the errors.</param>
    /// <exception cref="ModelSigningException"><see cref="FormatErrors.SafetensorsInvalid"/>.</exception>
    public static SafetensorsFile Parse(ReadOnlyMemory<byte> start, long length, string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (start.Length < PrefixLength)
        {
            throw Invalid(source, "it has fewer than 8 bytes");
        }

        int header = HeaderLength(start.Span[..PrefixLength], length, source);
        return start.Length - PrefixLength >= header
            ? ParseHeader(start.Slice(PrefixLength, header), length, source, CancellationToken.None)
            : throw Invalid(source, "its header ends early");
    }

    internal static int HeaderLength(ReadOnlySpan<byte> prefix, long length, string source)
    {
        ulong header = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        return header is >= 2 and <= MaximumHeaderLength && (long)header <= length - PrefixLength
            ? (int)header
            : throw Invalid(source, Invariant($"its header claims {header} bytes in a file of {length} bytes; the limit is {MaximumHeaderLength}"));
    }

    private static SafetensorsFile ParseHeader(ReadOnlyMemory<byte> header, long length, string source, CancellationToken cancellationToken)
    {
        // The format's rule: the object starts at once; spaces may follow it.
        if (header.Span[0] != (byte)'{')
        {
            throw Invalid(source, "its header does not start with '{'");
        }

        long dataOffset = PrefixLength + header.Length;
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        List<Tensor> tensors = [];
        foreach (JsonSliceMember member in StrictJson.Read(header, source, Rules, cancellationToken).Members)
        {
            if (member.NameEquals("__metadata__"))
            {
                ReadMetadata(member.Value, metadata, source);
            }
            else
            {
                tensors.Add(SafetensorsEntry.Read(member, dataOffset, source));
            }
        }

        Tensor[] ordered = [.. tensors.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.Length)];
        long next = dataOffset;
        foreach (Tensor tensor in ordered)
        {
            if (tensor.Offset != next)
            {
                throw Invalid(source, Invariant($"the tensor '{tensor.Name}' starts at byte {tensor.Offset} of the file instead of byte {next}: {(tensor.Offset < next ? "tensors overlap" : "there is a gap")}"));
            }

            next = tensor.Offset + tensor.Length;
        }

        return next == length
            ? new SafetensorsFile(dataOffset, metadata, ordered)
            : throw Invalid(source, Invariant($"its tensors end at byte {next}, but the file ends at byte {length}"));
    }

    private static void ReadMetadata(JsonSlice value, Dictionary<string, string> metadata, string source)
    {
        if (value.Kind != JsonValueKind.Object)
        {
            throw Invalid(source, "its __metadata__ is not an object of strings");
        }

        foreach (JsonSliceMember member in value.Members)
        {
            metadata.Add(member.Name, member.Value.Kind == JsonValueKind.String ? member.Value.Text() : throw Invalid(source, "its __metadata__ is not an object of strings"));
        }
    }

    private static ModelSigningException Unreadable(string source, Exception fault) =>
        FormatErrors.SafetensorsInvalid.At($"The safetensors file '{source}' cannot be read: {fault.Message}", source, fault);

    internal static ModelSigningException Invalid(string source, string why) =>
        FormatErrors.SafetensorsInvalid.At($"'{source}' is not a valid safetensors file: {why}.", source);
}
