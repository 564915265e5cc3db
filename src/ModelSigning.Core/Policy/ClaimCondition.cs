using System.Text.Json;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Policy;

/// <summary>A condition on a member of a claim's predicate: it has one of some values, or it is there, or it is not.</summary>
public sealed class ClaimCondition
{
    private readonly JsonPointer _pointer;
    private readonly IReadOnlyList<Scalar> _values;
    private readonly bool _exists;

    private ClaimCondition(JsonPointer pointer, IReadOnlyList<Scalar> values, bool exists) => (_pointer, _values, _exists) = (pointer, values, exists);

    /// <summary>The condition in words: <c>/result is "PASSED"</c>.</summary>
    public string Description => (_values, _exists) switch
    {
        ([], true) => $"{_pointer.Text} exists",
        ([], false) => $"{_pointer.Text} does not exist",
        ([{ } one], _) => $"{_pointer.Text} is {one.Json}",
        _ => $"{_pointer.Text} is one of {string.Join(", ", _values.Select(value => value.Json))}",
    };

    /// <summary>Reads a condition: <c>{ "pointer": "/result", "equals": "PASSED" }</c>, or with <c>in</c> or <c>exists</c> instead.</summary>
    internal static ClaimCondition Read(PolicyElement element)
    {
        JsonElement? equals = element.Member("equals"), list = element.Member("in"), exists = element.Member("exists");
        string text = element.Member("pointer") is { ValueKind: JsonValueKind.String } given ? given.GetString()! : throw element.Missing("pointer", "a JSON Pointer");
        JsonPointer pointer = JsonPointer.Parse(text)
            ?? throw element.Invalid($"'{text}' in {element.Where} is not a JSON Pointer (RFC 6901), such as '/buildDefinition/buildType'.");
        ClaimCondition condition = (equals, list, exists) switch
        {
            ({ } value, null, null) => new(pointer, [Value(element, value)], exists: true),
            (null, { ValueKind: JsonValueKind.Array } values, null) when values.GetArrayLength() > 0 =>
                new(pointer, [.. values.EnumerateArray().Select(value => Value(element, value))], exists: true),
            (null, null, { ValueKind: JsonValueKind.True or JsonValueKind.False } flag) => new(pointer, [], flag.GetBoolean()),
            _ => throw element.Invalid($"{element.Where} needs exactly one of 'equals' with a value, 'in' with a list of values, and 'exists' with true or false."),
        };
        _ = element.OptionalText("comment");
        element.RefuseOthers();
        return condition;
    }

    /// <summary>What a predicate has in the condition's place, in words; null when the condition is met.</summary>
    internal string? Fault(JsonSlice predicate)
    {
        JsonSlice found = _pointer.Find(predicate);
        bool isThere = found.Kind != JsonValueKind.Undefined;
        return isThere == _exists && (_values.Count == 0 || _values.Any(value => value.Is(found))) ? null
            : !isThere ? $"{_pointer.Text} does not exist"
            : $"{_pointer.Text} is {Shown(found)}";
    }

    private static Scalar Value(PolicyElement element, JsonElement value) =>
        value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null
            ? new(value.ValueKind, value.GetRawText(), value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText())
            : throw element.Invalid($"A value in {element.Where} is an object or an array; only texts, numbers, true, false and null are compared.");

    private static string Shown(JsonSlice found)
    {
        const int longest = 100;
        return found.Kind is JsonValueKind.Object or JsonValueKind.Array ? $"an {found.Kind.ToString().ToLowerInvariant()}"
            : System.Text.Encoding.UTF8.GetString(found.Utf8.Span[..Math.Min(found.Utf8.Length, longest)]);
    }

    // Texts are equal character by character, numbers by their exact value.
    private sealed record Scalar(JsonValueKind Kind, string Json, string Text)
    {
        public bool Is(JsonSlice found) => Kind == found.Kind && Kind switch
        {
            JsonValueKind.String => found.TextEquals(Text),
            JsonValueKind.Number => System.Text.Encoding.ASCII.GetString(found.Utf8.Span) is var other
                && (other == Text || (JsonNumber.Read(other) is { } number && number == JsonNumber.Read(Text))),
            _ => true,
        };
    }
}
