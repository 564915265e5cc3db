using System.Text;
using System.Text.Unicode;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Formats;

/// <summary>
/// An ONNX model (<c>onnx.proto</c>): Protocol Buffers, of which every message that can hold a graph or a tensor is read, and a field that <c>onnx.proto</c> does not have
/// is refused. What is kept are the files outside the model that its tensors are in.
/// </summary>
internal sealed class OnnxFile
{
    // As many levels as readers of Protocol Buffers follow.
    private const int MostDepth = 100, MostTensors = 1_000_000, LongestPath = 65_536;
    private const int StartOfGroup = 3, EndOfGroup = 4;

    // The fields of each message, and the message that a field holds; Leaf for numbers, texts and what holds neither graphs nor tensors.
    private static readonly Dictionary<Message, Dictionary<int, Message>> Fields = new()
    {
        [Message.Model] = Known([1, 2, 3, 4, 5, 6, 8, 14, 26], (7, Message.Graph), (20, Message.Training), (25, Message.Function)),
        [Message.Graph] = Known([2, 10, 11, 12, 13, 14, 16], (1, Message.Node), (5, Message.Tensor), (15, Message.SparseTensor)),
        [Message.Node] = Known([1, 2, 3, 4, 6, 7, 8, 9, 10], (5, Message.Attribute)),
        [Message.Attribute] = Known([1, 2, 3, 4, 7, 8, 9, 13, 14, 15, 20, 21], (5, Message.Tensor), (6, Message.Graph), (10, Message.Tensor), (11, Message.Graph),
            (22, Message.SparseTensor), (23, Message.SparseTensor)),
        [Message.Tensor] = Known([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16], (13, Message.Entry)),
        [Message.SparseTensor] = Known([3], (1, Message.Tensor), (2, Message.Tensor)),
        [Message.Entry] = Known([1, 2]),
        [Message.Function] = Known([1, 4, 5, 6, 8, 9, 10, 12, 13, 14], (7, Message.Node), (11, Message.Attribute)),
        [Message.Training] = Known([3, 4], (1, Message.Graph), (2, Message.Graph)),
    };

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly string _source;
    private readonly bool _isStrict;
    private readonly HashSet<string> _external = new(StringComparer.Ordinal);
    private int _tensors;
    private bool _hasGraph;

    private OnnxFile(ReadOnlyMemory<byte> bytes, string source, bool isStrict) => (_bytes, _source, _isStrict) = (bytes, source, isStrict);

    private enum Message
    {
        Leaf,
        Model,
        Graph,
        Node,
        Attribute,
        Tensor,
        SparseTensor,
        Entry,
        Function,
        Training,
    }

    /// <summary>The files that tensors are in, as the model writes them, each once: paths relative to the model's own folder, if it is an honest one.</summary>
    public IReadOnlyCollection<string> ExternalFiles => _external;

    /// <summary>Reads a model that is in memory as a whole.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="source">Where it comes from, for the errors.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ModelSigningException"><see cref="FormatErrors.OnnxInvalid"/>.</exception>
    public static OnnxFile Parse(ReadOnlyMemory<byte> bytes, string source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        OnnxFile file = new(bytes, source, isStrict: true);
        file.Read(Message.Model, 0, bytes.Length, 0, cancellationToken);
        return file._hasGraph ? file : throw file.Invalid("it has no graph", bytes.Length);
    }

    /// <summary>Reads a file as the least careful loader does, which passes over every field that it does not know, and a file without a graph too.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="source">Where it comes from, for the errors.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The files that its tensors are in, as <see cref="ExternalFiles"/>.</returns>
    /// <exception cref="ModelSigningException"><see cref="FormatErrors.OnnxInvalid"/>: no loader takes it for a model.</exception>
    public static IReadOnlyCollection<string> ExternalFilesOf(ReadOnlyMemory<byte> bytes, string source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        OnnxFile file = new(bytes, source, isStrict: false);
        file.Read(Message.Model, 0, bytes.Length, 0, cancellationToken);
        return file._external;
    }

    private static Dictionary<int, Message> Known(int[] leaves, params (int Field, Message Message)[] messages)
    {
        Dictionary<int, Message> known = leaves.ToDictionary(field => field, _ => Message.Leaf);
        foreach ((int field, Message message) in messages)
        {
            known.Add(field, message);
        }

        return known;
    }

    private void Read(Message message, int start, int end, int depth, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (depth > MostDepth || (message == Message.Tensor && _isStrict && ++_tensors > MostTensors))
        {
            throw Invalid("it has more levels or tensors than the limit", start);
        }

        _hasGraph |= message == Message.Graph;
        string? key = null, text = null;
        for (int at = start; at < end;)
        {
            ulong tag = Number(ref at, end);

            // Readers differ in what they make of a number of more bits.
            int field = tag > uint.MaxValue && _isStrict ? 0 : (int)((uint)tag >> 3), type = (int)(tag & 7);
            bool isKnown = Fields[message].TryGetValue(field, out Message inner);
            if (field == 0 || (_isStrict && !isKnown))
            {
                throw Invalid(Invariant($"its {message} has a field {field}, which onnx.proto does not define"), at);
            }

            int length = type == StartOfGroup && !_isStrict ? LengthOfGroup(at, end) : Length(type, ref at, end);

            // Readers pass over a field of the wrong type, so that an earlier one of its number stays.
            if (isKnown && (inner != Message.Leaf || message == Message.Entry) && type != 2)
            {
                if (_isStrict)
                {
                    throw Invalid("a message is not valid", at);
                }

                isKnown = false;
            }

            if (!isKnown)
            {
                at += length;
                continue;
            }

            if (_isStrict && message == Message.Model)
            {
                RequireOwn(field, type, _bytes.Span.Slice(at, length), at);
            }

            if (inner != Message.Leaf)
            {
                Read(inner, at, at + length, depth + 1, cancellationToken);
            }
            else if (message == Message.Entry || (message == Message.Attribute && type == 2 && field is 1 or 4 && length < LongestPath))
            {
                // A value that is not text is the engine itself.
                ReadOnlySpan<byte> value = _bytes.Span.Slice(at, length);
                string read = message == Message.Entry || Utf8.IsValid(value) ? Encoding.UTF8.GetString(value) : "";
                (key, text) = field == 1 ? (read, text) : (key, read);
            }

            at += length;
        }

        if (message == Message.Entry && key == "location")
        {
            _external.Add(text ?? "");
        }

        // What a compiler of ONNX Runtime's made of a graph lies in the model, or in the file that this names.
        if (message == Message.Attribute && key == "ep_cache_context" && text is { Length: > 0 })
        {
            _external.Add(text);
        }
    }

    // The same bytes can be a message of another schema, as those of TensorFlow, whose fields of these numbers have other types.
    private void RequireOwn(int field, int type, ReadOnlySpan<byte> value, int at)
    {
        bool isNumber = field is 1 or 5, isText = field is 2 or 3 or 4;
        if ((type == 0) != isNumber || (!isNumber && type != 2) || (isText && (!Utf8.IsValid(value) || value.ContainsAnyInRange((byte)0, (byte)0x1F))))
        {
            throw Invalid(Invariant($"the field {field} of its {Message.Model} is not of the type that onnx.proto defines"), at);
        }
    }

    // How many bytes a field's value has; the length in front of it is passed over, a number is read.
    private int Length(int wireType, ref int at, int end)
    {
        ulong length;
        switch (wireType)
        {
            case 0:
                int before = at;
                Number(ref at, end);
                length = (ulong)(at - before);
                at = before;
                break;
            case 1:
                length = 8;
                break;
            case 2:
                length = Number(ref at, end);
                break;
            case 5:
                length = 4;
                break;
            default:
                throw Invalid("a field has a type that is no longer used", at);
        }

        return length <= (ulong)(end - at) ? (int)length : throw Invalid("a field is longer than what holds it", at);
    }

    // Up to the end of the group, whatever groups are in it: nothing has been defined as one for long, but readers still pass over them.
    private int LengthOfGroup(int start, int end)
    {
        int at = start;
        for (int open = 1; open > 0;)
        {
            int type = (int)(Number(ref at, end) & 7);
            open += type == StartOfGroup ? 1 : type == EndOfGroup ? -1 : 0;
            int length = type is StartOfGroup or EndOfGroup ? 0 : Length(type, ref at, end);
            at += length;
        }

        return at - start;
    }

    private ulong Number(ref int at, int end)
    {
        ulong number = 0;
        for (int shift = 0; shift < 70 && at < end; shift += 7)
        {
            byte one = _bytes.Span[at++];
            number |= shift < 64 ? (ulong)(one & 0x7F) << shift : 0;
            if (one < 0x80)
            {
                return number;
            }
        }

        throw Invalid("a number is incomplete", at);
    }

    private ModelSigningException Invalid(string reason, int at) => FormatErrors.OnnxInvalid.At(
        Invariant($"'{_source}' is not a valid ONNX model: at byte {at}, {reason}."), _source);
}
