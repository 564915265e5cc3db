using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Input;

/// <summary>
/// JSON (RFC 8259) from outside, by its strictest reading: one object in valid UTF-8, no member twice in an object under any
/// spelling of its name, no comment and no trailing comma unless the rules accept them, nothing after the object, bounded in length, depth and number of values.
/// </summary>
/// <remarks>
/// Parsers disagree about which of two equal members counts, so a document with two could be verified as one thing and used as another. One pass over the
/// tokens checks everything, in time and memory that grow as the document does; what is read afterwards, as a <see cref="JsonDocument"/> or as a
/// <see cref="JsonSlice"/>, needs no check of its own. (The base library refuses equal members only for a document, which costs twelve bytes a value.)
/// </remarks>
internal static class StrictJson
{
    /// <summary>The deepest nesting of objects and arrays that is read: 64.</summary>
    public const int MaximumDepth = 64;

    /// <summary>The longest name of a member that is read, in bytes: 64 KiB.</summary>
    public const int MaximumNameLength = 64 * 1024;

    private const int TokensBetweenPolls = 4096, LongestReason = 200;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Parses a document of moderate size, in memory of a few times its length.</summary>
    /// <param name="utf8">The document's bytes; the result reads from them, so they must not change while it lives.</param>
    /// <param name="source">Where they come from, for the errors: a path or a name.</param>
    /// <param name="rules">The bounds and the errors.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The document, whose root is an object; the caller disposes of it.</returns>
    /// <exception cref="ModelSigningException">The document breaks a rule; the definition is the one of <paramref name="rules"/>.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string source, InputRules rules, CancellationToken cancellationToken = default)
    {
        // A value costs twelve bytes: one for each eight bytes of text keeps the cost below twice the document, and leaves what people and programs write.
        JsonSlice checkedText = Check(utf8, source, rules, most: 4096 + (utf8.Length / 8), cancellationToken);
        try
        {
            return JsonDocument.Parse(checkedText.Utf8, new JsonDocumentOptions
            {
                MaxDepth = MaximumDepth,
                CommentHandling = rules.AcceptsComments ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
                AllowTrailingCommas = rules.AcceptsComments,
            });
        }
        catch (JsonException error)
        {
            // A comment after the object that does not end: the pass took it for one that goes on.
            throw rules.Malformed.At($"The {rules.What} '{source}' is not valid JSON{Place(error)}", source, error);
        }
    }

    /// <summary>Reads a document of any size, in the memory that its text has.</summary>
    /// <inheritdoc cref="Parse"/>
    /// <param name="utf8">The document's bytes; the result reads from them, so they must not change while it lives.</param>
    /// <param name="source">Where they come from, for the errors: a path or a name.</param>
    /// <param name="rules">The bounds and the errors; comments are never accepted.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The document: an object.</returns>
    public static JsonSlice Read(ReadOnlyMemory<byte> utf8, string source, InputRules rules, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return rules.AcceptsComments
            ? throw new ArgumentException("A document with comments is parsed and not read.", nameof(rules))
            : Check(utf8, source, rules, rules.MaximumValues, cancellationToken);
    }

    /// <summary>Refuses the beginning of a document that no further bytes can make an object, or that is white space alone.</summary>
    /// <param name="utf8">The beginning; it may end anywhere.</param>
    /// <param name="source">Where it comes from, for the errors: a path or a name.</param>
    /// <param name="rules">The errors; comments are never accepted.</param>
    /// <exception cref="ModelSigningException"><see cref="InputRules.Malformed"/>.</exception>
    public static void CheckStart(ReadOnlySpan<byte> utf8, string source, InputRules rules)
    {
        ReadOnlySpan<byte> text = rules.AcceptsByteOrderMark && utf8.StartsWith(ByteOrderMark) ? utf8[ByteOrderMark.Length..] : utf8;
        Utf8JsonReader reader = new(text, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = MaximumDepth + 1 }));
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw rules.Malformed.At($"The {rules.What} '{source}' does not begin with a JSON object.", source);
            }

            while (reader.Read())
            {
            }
        }
        catch (JsonException error)
        {
            throw rules.Malformed.At($"The {rules.What} '{source}' is not valid JSON{Place(error)}", source, error);
        }
    }

    /// <summary>The names that the pass has checked; for the test that holds its work to the size of the document.</summary>
    internal static long CountSteps(ReadOnlyMemory<byte> utf8, InputRules rules)
    {
        MemberNames names = new(utf8);
        CheckTokens(utf8, "count", rules, names, int.MaxValue, CancellationToken.None);
        return names.Steps;
    }

    private static JsonSlice Check(ReadOnlyMemory<byte> utf8, string source, InputRules rules, int most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(rules);
        if (utf8.Length > rules.MaximumLength)
        {
            throw rules.TooLarge.At(Invariant($"The {rules.What} '{source}' has {utf8.Length} bytes; the limit is {rules.MaximumLength}."), source);
        }

        if (utf8.Span.StartsWith(ByteOrderMark))
        {
            if (!rules.AcceptsByteOrderMark)
            {
                throw rules.Malformed.At($"The {rules.What} '{source}' begins with a byte order mark, which is not allowed.", source);
            }

            utf8 = utf8[ByteOrderMark.Length..];
        }

        int first = utf8.Span.IndexOfAnyExcept(" \t\r\n"u8);
        if (first < 0)
        {
            throw rules.Empty.At($"The {rules.What} '{source}' is empty.", source);
        }

        if (!Utf8.IsValid(utf8.Span))
        {
            throw rules.Malformed.At($"The {rules.What} '{source}' is not valid UTF-8.", source);
        }

        try
        {
            int end = CheckTokens(utf8, source, rules, new MemberNames(utf8), most, cancellationToken);
            return new(utf8[(rules.AcceptsComments ? 0 : first)..(rules.AcceptsComments ? utf8.Length : end)]);
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
        // A wrong word is quoted by the reader as far as it goes, which may be to the end of the document.
        what = what.Length <= LongestReason ? what : what[..LongestReason] + "…";
        return error.LineNumber is { } line && error.BytePositionInLine is { } at
            ? Invariant($", line {line + 1}, byte {at + 1}: {what}")
            : $": {what}";
    }

    // Answers where the root object ends.
    private static int CheckTokens(ReadOnlyMemory<byte> utf8, string source, InputRules rules, MemberNames names, int most, CancellationToken cancellationToken)
    {
        // One level more than is allowed, so that this pass and not the reader names the fault. The text counts as unfinished,
        // so that its end inside the object is told apart from a wrong character.
        Utf8JsonReader reader = new(utf8.Span, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions
        {
            MaxDepth = MaximumDepth + 1,
            CommentHandling = rules.AcceptsComments ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
            AllowTrailingCommas = rules.AcceptsComments,
        }));
        int end = 0;
        for (int tokens = 0; reader.Read();)
        {
            if (++tokens % TokensBetweenPolls == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (tokens > most)
            {
                throw rules.TooLarge.At(Invariant($"The {rules.What} '{source}' has more values than allowed for a document of {utf8.Length} bytes ({most})."), source);
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray when reader.CurrentDepth >= MaximumDepth:
                    throw rules.TooDeep.At(Invariant($"The {rules.What} '{source}' nests objects or arrays more than {MaximumDepth} levels deep."), source);
                case JsonTokenType.StartObject:
                    names.Open(reader.CurrentDepth);
                    break;
                case JsonTokenType.PropertyName:
                    CheckName(ref reader, source, rules, names);
                    break;
                case not JsonTokenType.EndObject when reader.CurrentDepth == 0:
                    throw rules.Malformed.At($"The {rules.What} '{source}' is not a JSON object.", source);
                case JsonTokenType.String:
                    CheckText(ref reader, source, rules);
                    break;
                default:
                    break;
            }

            end = (int)reader.BytesConsumed;
        }

        if (reader.CurrentDepth > 0 || reader.TokenType != JsonTokenType.EndObject)
        {
            throw rules.Truncated.At($"The {rules.What} '{source}' is truncated: its JSON is incomplete.", source);
        }

        return end;
    }

    private static void CheckName(ref Utf8JsonReader reader, string source, InputRules rules, MemberNames names)
    {
        CheckText(ref reader, source, rules);
        if (reader.ValueSpan.Length > MaximumNameLength)
        {
            throw rules.TooLarge.At(Invariant($"The {rules.What} '{source}' has a member whose name has {reader.ValueSpan.Length} bytes; the limit is {MaximumNameLength}."), source);
        }

        if (names.Count(reader.CurrentDepth - 1) == rules.MaximumMembers)
        {
            throw rules.TooLarge.At(Invariant($"The {rules.What} '{source}' has an object of more than {rules.MaximumMembers} members."), source);
        }

        if (!names.Add(reader.CurrentDepth - 1, (int)reader.TokenStartIndex + 1))
        {
            throw rules.DuplicateMember.At(Invariant($"The {rules.What} '{source}' has the member '{Shorten(reader.GetString()!)}' twice in one object (the second ends at byte {reader.BytesConsumed})."), source);
        }
    }

    // An escape that names half a surrogate pair: JSON's grammar lets it through, no text can hold it.
    private static void CheckText(ref Utf8JsonReader reader, string source, InputRules rules)
    {
        ReadOnlySpan<byte> text = reader.ValueIsEscaped ? reader.ValueSpan : [];
        for (int at; (at = text.IndexOf((byte)'\\')) >= 0;)
        {
            text = text[at..];
            char unit = Unit(text);
            bool pair = char.IsHighSurrogate(unit) && char.IsLowSurrogate(Unit(text[6..]));
            if (char.IsSurrogate(unit) && !pair)
            {
                throw rules.Malformed.At($"The {rules.What} '{source}' has an escape sequence that is not a character.", source);
            }

            text = text[(text[1] != (byte)'u' ? 2 : pair ? 12 : 6)..];
        }
    }

    // The UTF-16 unit of a \u escape at the start of the text; 0 for anything else. The grammar has been checked.
    private static char Unit(ReadOnlySpan<byte> text) =>
        text is [(byte)'\\', (byte)'u', ..] && Utf8Parser.TryParse(text.Slice(2, 4), out ushort unit, out _, 'X') ? (char)unit : '\0';

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
