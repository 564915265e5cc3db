using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using ILGPU;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;
using ModelSigning.Gpu.Devices;

namespace ModelSigning.Gpu.Resident;

/// <summary>
/// The header of a safetensors file: eight bytes with the header's length, little-endian; the header, a JSON object of tensors; the
/// tensors' bytes, which fill the rest of the file without a hole or an overlap. Whatever breaks that is refused, because a byte that
/// belongs to no tensor is signed by no tensor's digest, and one that belongs to two can be two things.
/// </summary>
public sealed class SafetensorsFile
{
    /// <summary>The longest header that is read, in bytes: that of the format's own library.</summary>
    public const int MaximumHeaderLength = 100_000_000;

    private const int PrefixLength = 8;

    private static readonly InputRules Rules = new("safetensors header", MaximumHeaderLength, GpuErrors.SafetensorsInvalid) { MaximumMembers = 1_000_000 };

    private SafetensorsFile(long headerLength, SafetensorsTensor[] tensors)
    {
        DataOffset = headerLength;
        Tensors = tensors;
    }

    /// <summary>Where the tensors' bytes begin in the file.</summary>
    public long DataOffset { get; }

    /// <summary>The tensors, in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>Reads the header of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelSigningException"><see cref="GpuErrors.SafetensorsInvalid"/>.</exception>
    public static SafetensorsFile Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using FileStream file = RegularFile.Open(path);
            Span<byte> prefix = stackalloc byte[PrefixLength];
            file.ReadExactly(prefix);
            byte[] header = new byte[HeaderLength(prefix, file.Length, path)];
            file.ReadExactly(header);
            return ParseHeader(header, file.Length, path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw GpuErrors.SafetensorsInvalid.At($"The safetensors file '{path}' cannot be read: {fault.Message}", path, fault);
        }
    }

    /// <summary>Reads the header of a file that is in memory.</summary>
    /// <param name="start">The file's bytes from its first one, the header at least.</param>
    /// <param name="length">The whole file's length in bytes.</param>
    /// <param name="source">Where they come from, for the errors.</param>
    /// <exception cref="ModelSigningException"><see cref="GpuErrors.SafetensorsInvalid"/>.</exception>
    public static SafetensorsFile Parse(ReadOnlyMemory<byte> start, long length, string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (start.Length < PrefixLength)
        {
            throw Invalid(source, "it has fewer than 8 bytes");
        }

        int header = HeaderLength(start.Span[..PrefixLength], length, source);
        return start.Length - PrefixLength >= header
            ? ParseHeader(start.Slice(PrefixLength, header), length, source)
            : throw Invalid(source, "its header ends early");
    }

    /// <summary>The tensors of the file as ranges of a buffer that holds the whole file, with the header as a range of its own.</summary>
    /// <param name="file">The buffer, from the file's first byte.</param>
    /// <param name="headerName">The name for the range of the header, which no tensor may have.</param>
    /// <exception cref="ModelSigningException"><see cref="GpuErrors.DeviceRangeOutside"/>: the buffer is shorter than the file.</exception>
    public IReadOnlyList<DeviceRange> Ranges(ArrayView<byte> file, string headerName = "header") =>
    [
        DeviceRange.Of(headerName, file, 0, DataOffset),
        .. Tensors.Select(tensor => DeviceRange.Of(tensor.Name, file, tensor.Offset, tensor.Length)),
    ];

    private static int HeaderLength(ReadOnlySpan<byte> prefix, long length, string source)
    {
        ulong header = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        return header is >= 2 and <= MaximumHeaderLength && (long)header <= length - PrefixLength
            ? (int)header
            : throw Invalid(source, string.Create(CultureInfo.InvariantCulture,
                $"its header is said to have {header} bytes, in a file of {length} bytes and with at most {MaximumHeaderLength} allowed"));
    }

    private static SafetensorsFile ParseHeader(ReadOnlyMemory<byte> header, long length, string source)
    {
        // The format's rule: the object starts at once; spaces may follow it.
        if (header.Span[0] != (byte)'{')
        {
            throw Invalid(source, "its header does not start with '{'");
        }

        long dataOffset = PrefixLength + header.Length;
        List<SafetensorsTensor> tensors = [];
        foreach (JsonSliceMember member in StrictJson.Read(header, source, Rules).Members)
        {
            if (member.NameEquals("__metadata__"))
            {
                RequireStrings(member.Value, source);
            }
            else
            {
                tensors.Add(SafetensorsEntry.Read(member, dataOffset, source));
            }
        }

        SafetensorsTensor[] ordered = [.. tensors.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.Length)];
        long next = dataOffset;
        foreach (SafetensorsTensor tensor in ordered)
        {
            if (tensor.Offset != next)
            {
                throw Invalid(source, string.Create(CultureInfo.InvariantCulture,
                    $"the tensor '{tensor.Name}' starts at byte {tensor.Offset} of the file where byte {next} is the next: {(tensor.Offset < next ? "tensors overlap" : "there is a hole")}"));
            }

            next = tensor.Offset + tensor.Length;
        }

        return next == length
            ? new SafetensorsFile(dataOffset, ordered)
            : throw Invalid(source, string.Create(CultureInfo.InvariantCulture, $"its tensors end at byte {next} and the file at byte {length}"));
    }

    private static void RequireStrings(JsonSlice metadata, string source)
    {
        bool strings = metadata.Kind == JsonValueKind.Object;
        foreach (JsonSliceMember member in metadata.Members)
        {
            strings &= member.Value.Kind == JsonValueKind.String;
        }

        if (!strings)
        {
            throw Invalid(source, "its __metadata__ is not an object of strings");
        }
    }

    internal static ModelSigningException Invalid(string source, string why) =>
        GpuErrors.SafetensorsInvalid.At($"'{source}' is no safetensors file: {why}. Get it again from its publisher.", source);
}
