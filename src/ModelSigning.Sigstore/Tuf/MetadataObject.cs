using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>An object of TUF metadata; a member that is absent or of another type is a refusal.</summary>
internal readonly struct MetadataObject(JsonElement element, string file)
{
    private readonly JsonElement _element = element.ValueKind == JsonValueKind.Object ? element : throw Malformed(file, "a member that must be an object is not");

    /// <summary>The element itself, with the members that are not read.</summary>
    internal JsonElement Element => _element;

    internal MetadataObject Object(string name) => new(Required(name), file);

    internal MetadataObject? OptionalObject(string name) => TryGet(name, out JsonElement value) ? new MetadataObject(value, file) : null;

    internal string Text(string name) => Required(name) is { ValueKind: JsonValueKind.String } value
        ? value.GetString()!
        : throw Malformed(file, $"'{name}' must be a string");

    /// <summary>A positive integer; versions and thresholds are nothing else.</summary>
    internal long Positive(string name) => Required(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number) && number > 0
        ? number
        : throw Malformed(file, $"'{name}' must be a positive integer");

    internal long? OptionalLength(string name) => !TryGet(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= 0 ? number
        : throw Malformed(file, $"'{name}' must be an integer and not negative");

    internal bool Boolean(string name, bool absent) => !TryGet(name, out JsonElement value) ? absent
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Malformed(file, $"'{name}' must be true or false");

    internal DateTimeOffset Time(string name) => Rfc3339.TryParse(Text(name), out DateTimeOffset time)
        ? time
        : throw Malformed(file, $"'{name}' must be a time");

    /// <summary>The texts of an array; null when the member is absent.</summary>
    internal IReadOnlyList<string>? OptionalTexts(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        string file1 = file;
        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Malformed(file1, $"'{name}' must hold strings"))]
            : throw Malformed(file, $"'{name}' must be an array");
    }

    internal IReadOnlyList<MetadataObject> Objects(string name)
    {
        string file1 = file;
        return Required(name) is { ValueKind: JsonValueKind.Array } value
            ? [.. value.EnumerateArray().Select(item => new MetadataObject(item, file1))]
            : throw Malformed(file, $"'{name}' must be an array");
    }

    /// <summary>The members of an object that maps names to objects.</summary>
    internal IEnumerable<(string Name, MetadataObject Value)> Members()
    {
        foreach (JsonProperty member in _element.EnumerateObject())
        {
            yield return (member.Name, new MetadataObject(member.Value, file));
        }
    }

    internal ModelSigningException Refuse(string reason) => Malformed(file, reason);

    private static ModelSigningException Malformed(string file, string reason) =>
        TufErrors.TufMetadataMalformed.At($"The metadata file '{file}' is refused: {reason}.", file);

    private JsonElement Required(string name) => TryGet(name, out JsonElement value) ? value : throw Malformed(file, $"'{name}' is absent");

    private bool TryGet(string name, [NotNullWhen(true)] out JsonElement value) =>
        _element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
}
