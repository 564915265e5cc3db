using System.Text.Json;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Policy;

/// <summary>
/// An object of a policy, read member by member. Members that are unknown are refused in the end: a requirement that is
/// misspelled must not be skipped.
/// </summary>
public sealed class PolicyElement
{
    private readonly JsonElement _element;
    private readonly string _source;
    private readonly List<string> _named;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>Takes an object.</summary>
    /// <param name="element">The object.</param>
    /// <param name="source">The policy's full path.</param>
    /// <param name="where">Where it stands in the policy.</param>
    /// <param name="named">Takes the full path of each file and folder that the policy names, when it is asked for.</param>
    internal PolicyElement(JsonElement element, string source, string where, List<string> named)
    {
        _element = element;
        _named = named;
        _source = source;
        Where = where;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Invalid($"{where} must be an object.");
        }
    }

    /// <summary>The object's place in the policy, for messages: <c>rules[0].signers[1]</c>.</summary>
    public string Where { get; }

    /// <summary>The same with the policy's path, for messages that are shown without the policy.</summary>
    internal string WhereInFile => $"The trust policy '{_source}': {Where}";

    /// <summary>A text member that must be there and not be empty.</summary>
    /// <exception cref="ModelSigningException"><see cref="PolicyErrors.PolicyInvalid"/>.</exception>
    public string Text(string name) => OptionalText(name) ?? throw Missing(name, "a text");

    /// <summary>A text member, not empty; null when it is absent.</summary>
    /// <inheritdoc cref="Text"/>
    public string? OptionalText(string name) => Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text when text.GetString() is { Length: > 0 } value => value,
        _ => throw Invalid($"'{name}' of {Where} must be a string that is not empty."),
    };

    /// <summary>A member that is a text or a list of texts, none empty; an empty list when it is absent.</summary>
    /// <inheritdoc cref="Text"/>
    public IReadOnlyList<string> Texts(string name) => Member(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.String } => [Text(name)],
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() > 0 => [.. list.EnumerateArray().Select(one =>
            one.ValueKind == JsonValueKind.String && one.GetString() is { Length: > 0 } text ? text : throw Invalid($"'{name}' of {Where} must contain only strings that are not empty."))],
        _ => throw Invalid($"'{name}' of {Where} must be a string or a list of at least one string."),
    };

    /// <summary>A switch; false when it is absent.</summary>
    /// <inheritdoc cref="Text"/>
    public bool Flag(string name) => Member(name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        _ => throw Invalid($"'{name}' of {Where} must be true or false."),
    };

    /// <summary>A number that is greater than 0; null when it is absent.</summary>
    /// <param name="name">The member.</param>
    /// <param name="most">The greatest number that is accepted.</param>
    /// <inheritdoc cref="Text"/>
    public double? Positive(string name, double most) => Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out double value) && value > 0 && value <= most => value,
        _ => throw Invalid($"'{name}' of {Where} must be a number greater than 0 and at most {most}."),
    };

    /// <summary>A number; null when it is absent.</summary>
    /// <inheritdoc cref="Text"/>
    internal double? Number(string name) => Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out double value) => value,
        _ => throw Invalid($"'{name}' of {Where} must be a number."),
    };

    /// <summary>Whether a member is there that is not a known one.</summary>
    internal bool Has(string name) => _element.TryGetProperty(name, out _);

    /// <summary>The objects of a list that must be there and have at least one.</summary>
    /// <inheritdoc cref="Text"/>
    public IReadOnlyList<PolicyElement> Objects(string name) => Member(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0
        ? [.. list.EnumerateArray().Select((one, index) => new PolicyElement(one, _source, $"{(Where == "the policy" ? "" : Where + ".")}{name}[{index}]", _named))]
        : throw Missing(name, "a list with at least one object");

    /// <summary>An object that may be absent.</summary>
    /// <inheritdoc cref="Text"/>
    public PolicyElement? OptionalObject(string name) => Member(name) is { } one ? new PolicyElement(one, _source, name, _named) : null;

    /// <summary>A text that must be a pin.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">The member that it stands in.</param>
    /// <inheritdoc cref="Text"/>
    internal string Pin(string text, string name) => ModelPin.IsPin(text)
        ? text
        : throw Invalid($"'{text}' in '{name}' of {Where} is not a pin from Get-ModelManifest -ModelPin: '{ModelPin.Prefix}' and 64 lowercase hexadecimal digits.");

    /// <summary>The full path of a file that the policy names; a relative one starts at the policy's folder.</summary>
    public string FullPath(string path)
    {
        try
        {
            string full = Path.GetFullPath(path, Path.GetDirectoryName(_source)!);
            _named.Add(full);
            return full;
        }
        catch (ArgumentException error)
        {
            throw PolicyErrors.PolicyInvalid.At($"{Where}: '{path}' is not a path.", _source, error);
        }
    }

    /// <summary>The refusal of this object.</summary>
    /// <param name="message">What is wrong, in a sentence that names the place.</param>
    public ModelSigningException Invalid(string message) => PolicyErrors.PolicyInvalid.At($"The trust policy '{_source}' cannot be used. {message}", _source);

    /// <summary>The refusal of a member that is missing or of the wrong type, and perhaps only misspelled.</summary>
    internal ModelSigningException Missing(string name, string what) => Invalid(
        Member(name) is null && _element.EnumerateObject().Select(member => member.Name).FirstOrDefault(other => !_read.Contains(other) && Spelling.IsNear(other, name)) is { } misspelt
            ? $"{Where} has an unknown member '{misspelt}'. Did you mean '{name}'?"
            : $"{Where} needs a member '{name}': {what}.");

    /// <summary>Refuses members that were not read.</summary>
    internal void RefuseOthers()
    {
        foreach (JsonProperty member in _element.EnumerateObject().Where(member => !_read.Contains(member.Name)))
        {
            string meant = _read.Order(StringComparer.Ordinal).FirstOrDefault(known => Spelling.IsNear(member.Name, known)) is { } near ? $" Did you mean '{near}'?" : "";
            throw Invalid($"{Where} has an unknown member '{member.Name}'.{meant} Known are {string.Join(", ", _read.Order(StringComparer.Ordinal))}.");
        }
    }

    /// <summary>Whether a member is there; one that was asked for is known.</summary>
    internal JsonElement? Member(string name)
    {
        _read.Add(name);
        return _element.TryGetProperty(name, out JsonElement member) ? member : null;
    }
}
