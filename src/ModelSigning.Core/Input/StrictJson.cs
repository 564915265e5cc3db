using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Input;

/// <summary>
/// JSON (RFC 8259) from outside, by its strictest reading: one object in valid UTF-8, no member twice in an object under any
/// spelling of its name, no comment and no trailing comma unless the rules accept them, nothing after the object, bounded in length and depth.
/// </summary>
/// <remarks>
/// Parsers disagree about which of two equal members counts, so a document with two could be verified as one thing and used as
/// another. <see cref="JsonDocument"/> of .NET 8 cannot refuse them by itself; a first pass over the tokens does.
/// </remarks>
public static class StrictJson
{
    /// <summary>The deepest nesting of objects and arrays that is read: 64.</summary>
    public const int MaximumDepth = 64;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Parses a document.</summary>
    /// <param name="utf8">The document's bytes; the result reads from them, so they must not change while it lives.</param>
    /// <param name="source">Where they come from, for the errors: a path or a name.</param>
    /// <param name="rules">The bounds and the errors.</param>
    /// <returns>The document, whose root is an object; the caller disposes of it.</returns>
    /// <exception cref="ModelSigningException">The document breaks a rule; the definition is the one of <paramref name="rules"/>.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string source, InputRules rules)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(rules);
        if (utf8.Length > rules.MaximumLength)
        {
            throw rules.TooLarge.At(string.Create(CultureInfo.InvariantCulture,
                $"The {rules.What} '{source}' has {utf8.Length} bytes; at most {rules.MaximumLength} are read."), source);
        }

        if (utf8.Span.StartsWith(ByteOrderMark))
        {
            if (!rules.AcceptsByteOrderMark)
            {
                throw rules.Malformed.At($"The {rules.What} '{source}' begins with a byte order mark, which it must not.", source);
            }

            utf8 = utf8[ByteOrderMark.Length..];
        }

        if (utf8.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            throw rules.Empty.At($"The {rules.What} '{source}' is empty.", source);
        }

        if (!Utf8.IsValid(utf8.Span))
        {
            throw rules.Malformed.At($"The {rules.What} '{source}' is not valid UTF-8.", source);
        }

        try
        {
            CheckTokens(utf8.Span, source, rules);
            return JsonDocument.Parse(utf8, new JsonDocumentOptions
            {
                MaxDepth = MaximumDepth,
                CommentHandling = rules.AcceptsComments ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
                AllowTrailingCommas = rules.AcceptsComments,
            });
        }
        catch (JsonException error)
        {
            throw rules.Malformed.At($"The {rules.What} '{source}' is not valid JSON{Place(error)}", source, error);
        }
    }

    // Lines and bytes counted from 1, as editors do; the exception counts from 0 and says so in words of its own.
    private static string Place(JsonException error)
    {
        int place = error.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string what = place < 0 ? error.Message : error.Message[..place];
        return error.LineNumber is { } line && error.BytePositionInLine is { } at
            ? string.Create(CultureInfo.InvariantCulture, $", line {line + 1}, byte {at + 1}: {what}")
            : $": {what}";
    }

    private static void CheckTokens(ReadOnlySpan<byte> utf8, string source, InputRules rules)
    {
        // One level more than is allowed, so that this pass and not the reader names the fault. The text counts as unfinished,
        // so that its end inside the object is told apart from a wrong character.
        Utf8JsonReader reader = new(utf8, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions
        {
            MaxDepth = MaximumDepth + 1,
            CommentHandling = rules.AcceptsComments ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
            AllowTrailingCommas = rules.AcceptsComments,
        }));
        List<HashSet<string>> members = [];
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray when reader.CurrentDepth >= MaximumDepth:
                    throw rules.TooDeep.At(string.Create(CultureInfo.InvariantCulture,
                        $"The {rules.What} '{source}' nests objects or arrays more than {MaximumDepth} levels deep."), source);
                case JsonTokenType.StartObject:
                    MembersAt(members, reader.CurrentDepth).Clear();
                    break;
                case JsonTokenType.PropertyName:
                    string name = Text(ref reader, source, rules);
                    if (!members[reader.CurrentDepth - 1].Add(name))
                    {
                        throw rules.DuplicateMember.At(string.Create(CultureInfo.InvariantCulture,
                            $"The {rules.What} '{source}' has the member '{name}' twice in one object (the second ends at byte {reader.BytesConsumed})."), source);
                    }

                    break;
                case JsonTokenType.String when reader.ValueIsEscaped:
                    Text(ref reader, source, rules);
                    break;
                case not JsonTokenType.EndObject when reader.CurrentDepth == 0:
                    throw rules.Malformed.At($"The {rules.What} '{source}' is not a JSON object.", source);
                default:
                    break;
            }
        }

        if (reader.CurrentDepth > 0 || reader.TokenType != JsonTokenType.EndObject)
        {
            throw rules.Truncated.At($"The {rules.What} '{source}' ends in the middle: its JSON is cut off.", source);
        }
    }

    private static HashSet<string> MembersAt(List<HashSet<string>> members, int depth)
    {
        while (members.Count <= depth)
        {
            members.Add(new HashSet<string>(StringComparer.Ordinal));
        }

        return members[depth];
    }

    private static string Text(ref Utf8JsonReader reader, string source, InputRules rules)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            // An escape that names half a surrogate pair: JSON's grammar lets it through, no text can hold it.
            throw rules.Malformed.At($"The {rules.What} '{source}' has an escape sequence that is no character.", source, error);
        }
    }
}
