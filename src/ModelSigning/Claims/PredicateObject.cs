using System.Collections.Specialized;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using ModelSigning.Core.Input;

namespace ModelSigning;

/// <summary>
/// A predicate as an object that scripts read: members are properties, texts stay texts even if they look like dates. An object whose names PowerShell would
/// not tell apart (<c>a</c> and <c>A</c>), or that it keeps for itself, becomes a dictionary in which case counts.
/// </summary>
internal static class PredicateObject
{
    private static readonly HashSet<string> Kept = new(["", "psbase", "psadapted", "psextended", "psobject", "pstypenames"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes the object of a value. Documents are at most <see cref="StrictJson.MaximumDepth"/> deep.</summary>
    internal static object? Of(JsonSlice value) => value.Kind switch
    {
        JsonValueKind.Object => Object(value),
        JsonValueKind.Array => Array(value),
        JsonValueKind.String => value.Text(),
        JsonValueKind.Number => Number(System.Text.Encoding.ASCII.GetString(value.Utf8.Span)),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static object Object(JsonSlice value)
    {
        List<KeyValuePair<string, object?>> members = [];
        foreach (JsonSliceMember member in value.Members)
        {
            members.Add(new(member.Name, Of(member.Value)));
        }

        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        if (members.TrueForAll(member => !Kept.Contains(member.Key) && names.Add(member.Key)))
        {
            PSObject made = new();
            members.ForEach(member => made.Properties.Add(new PSNoteProperty(member.Key, member.Value)));
            return made;
        }

        OrderedDictionary dictionary = new(StringComparer.Ordinal);
        members.ForEach(member => dictionary.Add(member.Key, member.Value));
        return dictionary;
    }

    private static object?[] Array(JsonSlice value)
    {
        List<object?> elements = [];
        foreach (JsonSlice element in value.Elements)
        {
            elements.Add(Of(element));
        }

        return [.. elements];
    }

    private static object Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? whole
        : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exact) ? exact
        : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
