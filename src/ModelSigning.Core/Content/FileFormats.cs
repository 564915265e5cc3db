using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Formats;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Content;

/// <summary>The formats that a file can be found to be of, because its bytes parse as it from the first to the last. Names play no part.</summary>
internal static partial class FileFormats
{
    private const int MostHeader = 4096;

    private static readonly InputRules JsonRules = new("file", ContentCapture.MostOfFile, FormatErrors.JsonFileInvalid) { AcceptsByteOrderMark = true, MaximumMembers = 1_000_000 };

    // Each answers why a file is not of the format, or null.
    private static readonly Dictionary<string, Func<CapturedFile, string?>> Parsers = new(StringComparer.Ordinal)
    {
        ["safetensors"] = file => Refusal(() => SafetensorsFile.Parse(file.Head, file.Length, file.Name)),
        ["gguf"] = file => Refusal(() => GgufHeader.Read(new MemoryStream(file.Head.ToArray(), writable: false), file.Length, file.Name)),
        ["json"] = file => Whole(file) ?? Refusal(() => ReferenceReader.ReadRoot(file, JsonRules, CancellationToken.None)),
        ["text"] = file => Whole(file) ?? (IsText(file.Head.Span) ? null : "it is not text in UTF-8 without control characters"),
        ["npy"] = Npy,
        ["onnx"] = file => Whole(file) ?? Refusal(() => OnnxFile.Parse(file.Head, file.Name)),
        ["png"] = file => Whole(file) ?? PngStructure.Fault(file.Head.Span),
    };

    /// <summary>The names of the formats.</summary>
    public static IReadOnlyCollection<string> Names => Parsers.Keys;

    /// <summary>Why a file is not of a format, as a clause; null where it is.</summary>
    /// <param name="file">The file, kept as far as <see cref="ContentCapture"/> keeps files of the format.</param>
    /// <param name="format">One of <see cref="Names"/>.</param>
    public static string? Fault(CapturedFile file, string format)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(format);
        return Parsers[format](file);
    }

    /// <summary>Whether a file is of one of the formats.</summary>
    public static bool IsAny(CapturedFile file) => Fault(file, "text") is null || Parsers.Values.Any(parser => parser(file) is null);

    /// <summary>Where the data of an array of NumPy begins, as the header's own length says; null where that is not in the bytes.</summary>
    internal static int? NpyData(ReadOnlySpan<byte> head)
    {
        if (head.Length < 12 || FileKinds.Of(head) != FileKind.Numpy || head[6] is 0 or > 3)
        {
            return null;
        }

        long data = head[6] == 1 ? 10 + BinaryPrimitives.ReadUInt16LittleEndian(head[8..]) : 12 + (long)BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        return data <= head.Length ? (int)data : null;
    }

    /// <summary>Whether bytes are text: UTF-8, without control characters but those that part lines and columns.</summary>
    internal static bool IsText(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) != System.Buffers.OperationStatus.Done || (Rune.IsControl(rune) && rune.Value is not ('\t' or '\n' or '\r' or '\f')))
            {
                return false;
            }

            bytes = bytes[length..];
        }

        return true;
    }

    private static string? Whole(CapturedFile file) => file.IsWhole ? null : "it exceeds the inspection limit";

    private static string? Refusal(Action parse)
    {
        try
        {
            parse();
            return null;
        }
        catch (ModelSigningException refusal)
        {
            return refusal.Message.TrimEnd('.');
        }
    }

    [GeneratedRegex(@"\A\{\s*'descr':\s*'[<>|=](?<kind>[biufcSU?])(?<size>[0-9]{1,4})',\s*'fortran_order':\s*(?:True|False),\s*'shape':\s*\((?<shape>[0-9, ]*)\),?\s*\}\s*\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NpyHeader();

    // A header with the type and the shape, and exactly the bytes that they say; an array of objects is a pickle and not among the types.
    private static string? Npy(CapturedFile file)
    {
        const string fault = "it is not an array of numbers or texts of NumPy that fills the file";
        ReadOnlySpan<byte> head = file.Head.Span;
        // NumPy knows no other version than 1.0, 2.0 and 3.0.
        if (NpyData(head) is not { } data || head[7] != 0 || data > MostHeader || MatchHeader(head[(head[6] == 1 ? 10 : 12)..data]) is not { Success: true } match)
        {
            return fault;
        }

        UInt128 bytes = (UInt128)(uint)int.Parse(match.Groups["size"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) * (match.Groups["kind"].Value == "U" ? 4u : 1u);
        foreach (string extent in match.Groups["shape"].Value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!ulong.TryParse(extent, out ulong items) || (bytes *= items) > long.MaxValue)
            {
                return fault;
            }
        }

        return (long)bytes == file.Length - data ? null : fault;
    }

    // The header is short and the pattern has no nested repetitions, so that the limit is never reached.
    private static Match? MatchHeader(ReadOnlySpan<byte> header)
    {
        try
        {
            return NpyHeader().Match(Encoding.Latin1.GetString(header));
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }
}
