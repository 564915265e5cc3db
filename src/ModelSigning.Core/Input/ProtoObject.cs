using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Input;

/// <summary>
/// One message in the JSON form of Protocol Buffers (proto3, "JSON Mapping"): <c>lowerCamelCase</c> members, bytes as base64,
/// 64-bit integers as decimal strings or numbers, instants as RFC 3339. A member that is absent, null or its type's zero value is
/// the same. Members that are not asked for are ignored, as the mapping's rules for new fields want it; names in
/// <c>snake_case</c> are refused.
/// </summary>
internal readonly struct ProtoObject
{
    private readonly JsonElement _element;
    private readonly string _source;
    private readonly InputRules _rules;

    private ProtoObject(JsonElement element, string path, string source, InputRules rules)
    {
        _element = element;
        Path = path;
        _source = source;
        _rules = rules;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Refuse($"'{path}' must be an object");
        }

        foreach (JsonProperty member in element.EnumerateObject())
        {
            // Most names need no copy to see that; one with an escape does.
            ReadOnlySpan<byte> name = JsonMarshal.GetRawUtf8PropertyName(member);
            if (name.IndexOfAny((byte)'_', (byte)'\\') >= 0 && member.Name.Contains('_', StringComparison.Ordinal))
            {
                throw Refuse($"the member '{member.Name}' of '{path}' is not spelled in lowerCamelCase");
            }
        }
    }

    /// <summary>Where the message stands in its document: <c>verificationMaterial.tlogEntries[0]</c>; <c>$</c> is the whole.</summary>
    public string Path { get; }

    /// <summary>The message that a document is.</summary>
    /// <param name="document">The document, from <see cref="StrictJson.Parse"/>.</param>
    /// <param name="source">Where it comes from, for the errors.</param>
    /// <param name="rules">The errors.</param>
    public static ProtoObject Root(JsonDocument document, string source, InputRules rules)
    {
        ArgumentNullException.ThrowIfNull(document);
        return new ProtoObject(document.RootElement, "$", source, rules);
    }

    /// <summary>Whether a member is there and not null.</summary>
    public bool Has(string name) => TryGet(name, out _);

    /// <summary>A message member; null when absent.</summary>
    public ProtoObject? Message(string name) =>
        TryGet(name, out JsonElement value) ? new ProtoObject(value, PathOf(name), _source, _rules) : null;

    /// <summary>A text member; empty when absent.</summary>
    public string Text(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return string.Empty;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Refuse($"'{PathOf(name)}' must be a string");
    }

    /// <summary>A bytes member; null when absent or empty.</summary>
    public ReadOnlyMemory<byte>? Bytes(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        byte[] bytes = DecodeBytes(value, PathOf(name));
        return bytes.Length == 0 ? (ReadOnlyMemory<byte>?)null : bytes;
    }

    /// <summary>A 64-bit integer member; 0 when absent.</summary>
    public long Number(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return 0;
        }

        string text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            _ => throw Refuse($"'{PathOf(name)}' must be an integer"),
        };
        bool plain = text.Length > 0 && text.AsSpan(text[0] == '-' ? 1 : 0) is [>= '1' and <= '9', ..] or "0" &&
            text.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;
        return plain && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw Refuse($"'{PathOf(name)}' must be a decimal integer of at most 64 bits, but is '{Shorten(text)}'");
    }

    /// <summary>A 64-bit integer member that must not be below 0; 0 when absent.</summary>
    /// <param name="name">The member's name.</param>
    /// <param name="refusal">The error of a negative number; null for that of a malformed document.</param>
    public long NotNegative(string name, ErrorDefinition? refusal = null)
    {
        long number = Number(name);
        return number >= 0 ? number : throw Refuse(refusal ?? _rules.Malformed, $"'{PathOf(name)}' is negative");
    }

    /// <summary>An enumeration member, by name or by number; empty when absent.</summary>
    /// <param name="name">The member's name.</param>
    /// <param name="names">The enumeration's names at their numbers; a number beyond them is returned as decimal text.</param>
    public string Enumeration(string name, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (!TryGet(name, out JsonElement value))
        {
            return string.Empty;
        }

        if (value.ValueKind == JsonValueKind.Number)
        {
            long number = Number(name);
            return number >= 0 && number < names.Count ? names[(int)number] : number.ToString(CultureInfo.InvariantCulture);
        }

        return Text(name);
    }

    /// <summary>An instant (<c>google.protobuf.Timestamp</c>), in UTC; null when absent.</summary>
    public DateTimeOffset? Timestamp(string name)
    {
        string text = Text(name);
        if (text.Length == 0)
        {
            return null;
        }

        return Rfc3339.TryParse(text, out DateTimeOffset time)
            ? time
            : throw Refuse($"'{PathOf(name)}' must be a time in RFC 3339 format, but is '{Shorten(text)}'");
    }

    /// <summary>A repeated message member; empty when absent.</summary>
    /// <param name="name">The member's name.</param>
    /// <param name="maximum">The most elements that are read.</param>
    public IReadOnlyList<ProtoObject> Messages(string name, int maximum)
    {
        List<ProtoObject> objects = [];
        foreach ((JsonElement element, string path) in Elements(name, maximum))
        {
            objects.Add(new ProtoObject(element, path, _source, _rules));
        }

        return objects;
    }

    /// <summary>A repeated bytes member; empty when absent.</summary>
    /// <inheritdoc cref="Messages"/>
    public IReadOnlyList<ReadOnlyMemory<byte>> BytesList(string name, int maximum)
    {
        List<ReadOnlyMemory<byte>> list = [];
        foreach ((JsonElement element, string path) in Elements(name, maximum))
        {
            list.Add(DecodeBytes(element, path));
        }

        return list;
    }

    /// <summary>The refusal of a value here, as a malformed document.</summary>
    /// <param name="reason">What is wrong, as the second half of a sentence.</param>
    public ModelSigningException Refuse(string reason) => Refuse(_rules.Malformed, reason);

    /// <summary>The refusal of a value here.</summary>
    /// <param name="definition">The error.</param>
    /// <param name="reason">What is wrong, as the second half of a sentence.</param>
    public ModelSigningException Refuse(ErrorDefinition definition, string reason)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return definition.At($"The {_rules.What} '{_source}' is refused: {reason}.", _source);
    }

    /// <summary>The refusal of a bytes member that is not base64.</summary>
    internal ModelSigningException RefuseBase64(string name) => NotBase64(PathOf(name));

    /// <summary>The path of a member of this message.</summary>
    public string PathOf(string name) => Path == "$" ? name : $"{Path}.{name}";

    private List<(JsonElement Element, string Path)> Elements(string name, int maximum)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Refuse($"'{PathOf(name)}' must be an array");
        }

        int count = value.GetArrayLength();
        if (count > maximum)
        {
            throw Refuse(_rules.TooLarge, Invariant($"'{PathOf(name)}' has {count} elements; the limit is {maximum}"));
        }

        List<(JsonElement, string)> elements = new(count);
        foreach (JsonElement element in value.EnumerateArray())
        {
            elements.Add((element, Invariant($"{PathOf(name)}[{elements.Count}]")));
        }

        return elements;
    }

    private byte[] DecodeBytes(JsonElement value, string path) => StrictBase64.TryDecode(value, out byte[]? bytes)
        ? bytes
        : throw NotBase64(path);

    private ModelSigningException NotBase64(string path) => Refuse($"'{path}' must be padded base64 in the standard alphabet");

    private bool TryGet(string name, [NotNullWhen(true)] out JsonElement value) =>
        _element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
