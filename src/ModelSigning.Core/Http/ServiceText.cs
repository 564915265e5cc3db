using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ModelSigning.Core.Http;

/// <summary>What a service said, made fit for an error: short, one line, and without anything that could be a token.</summary>
internal static partial class ServiceText
{
    private const int MaximumLength = 300;

    private static readonly string[] MessageMembers = ["error_description", "message", "error"];

    /// <summary>The message of an error's body, with a colon and a space in front; empty when it has none.</summary>
    /// <param name="body">The body of the answer.</param>
    public static string Reason(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            foreach (string member in MessageMembers)
            {
                if (document.RootElement.ValueKind == JsonValueKind.Object
                    && document.RootElement.TryGetProperty(member, out JsonElement text) && text.ValueKind == JsonValueKind.String)
                {
                    return ": " + Clean(text.GetString()!);
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Not JSON, or half a surrogate pair in it: a body that explains nothing.
        }

        return string.Empty;
    }

    /// <summary>Cleans a service's text.</summary>
    /// <param name="text">The text, of unknown origin.</param>
    public static string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // A terminal obeys control characters and reorders text at format characters.
        string oneLine = new([.. text.Select(c => char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate ? ' ' : c)]);
        string without = TokenLike().Replace(oneLine, "(removed)");
        return without.Length <= MaximumLength ? without.Trim() : without[..MaximumLength].Trim() + "…";
    }

    // A JSON Web Token, or any other long run without a space: a service might send back what it was sent.
    [GeneratedRegex(@"eyJ[A-Za-z0-9_.=-]*|[A-Za-z0-9_+/=.-]{80,}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex TokenLike();
}
