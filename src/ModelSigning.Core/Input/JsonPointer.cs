using System.Globalization;
using System.Text.Json;

namespace ModelSigning.Core.Input;

/// <summary>A JSON Pointer (RFC 6901): the place of a value in a document, <c>/buildDefinition/buildType</c>.</summary>
internal sealed class JsonPointer
{
    private readonly string[] _tokens;

    private JsonPointer(string text, string[] tokens) => (Text, _tokens) = (text, tokens);

    /// <summary>The pointer as it was written.</summary>
    public string Text { get; }

    /// <summary>Reads a pointer.</summary>
    /// <param name="text">The text: empty for the whole document, else beginning with a slash.</param>
    /// <returns>The pointer; null when the text is none.</returns>
    public static JsonPointer? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
        {
            return new(text, []);
        }

        string[] tokens = text.Split('/');
        return tokens[0].Length == 0 && tokens.All(IsEscaped) ? new(text, [.. tokens.Skip(1).Select(Unescape)]) : null;
    }

    /// <summary>Finds the value that the pointer leads to.</summary>
    /// <param name="document">The document.</param>
    /// <returns>The value; one of the kind <see cref="JsonValueKind.Undefined"/> when there is none.</returns>
    public JsonSlice Find(JsonSlice document)
    {
        foreach (string token in _tokens)
        {
            document = document.Kind switch
            {
                JsonValueKind.Object => document.TryGet(token, out JsonSlice member) ? member : default,
                JsonValueKind.Array => Element(document, token),
                _ => default,
            };
        }

        return document;
    }

    private static JsonSlice Element(JsonSlice array, string token)
    {
        // An index has no sign and no zero in front, so that there is one pointer to each element.
        if (token is not ("0" or [>= '1' and <= '9', ..]) || !int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            return default;
        }

        foreach (JsonSlice element in array.Elements)
        {
            if (index-- == 0)
            {
                return element;
            }
        }

        return default;
    }

    private static bool IsEscaped(string token)
    {
        for (int at = token.IndexOf('~', StringComparison.Ordinal); at >= 0; at = token.IndexOf('~', at + 1))
        {
            if (at + 1 == token.Length || token[at + 1] is not ('0' or '1'))
            {
                return false;
            }
        }

        return true;
    }

    private static string Unescape(string token) => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
