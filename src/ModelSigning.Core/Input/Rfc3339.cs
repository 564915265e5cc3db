using System.Globalization;

namespace ModelSigning.Core.Input;

/// <summary>Instants in the text form of RFC 3339, as the JSON form of Protocol Buffers and TUF use it.</summary>
internal static class Rfc3339
{
    private static readonly string[] Formats =
        [.. Enumerable.Range(0, 8).Select(digits => $"yyyy-MM-dd'T'HH:mm:ss{(digits == 0 ? "" : "." + new string('f', digits))}K")];

    /// <summary>Writes an instant in UTC, to the second: <c>2026-11-22T10:00:00Z</c>.</summary>
    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Writes the day of an instant in UTC: <c>2026-11-22</c>.</summary>
    public static string WriteDate(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Reads an instant: <c>2026-11-22T10:00:00Z</c>, with up to nine digits of a fraction, and <c>Z</c> or an offset.</summary>
    /// <param name="text">The text.</param>
    /// <param name="time">The instant in UTC, to 100 nanoseconds.</param>
    /// <returns>Whether the text is such an instant.</returns>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(text);
        time = default;
        // .NET counts seven digits; what an eighth and a ninth say is below the resolution of every clock here.
        int point = text.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            int end = point + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            if (end - point - 1 is < 1 or > 9)
            {
                return false;
            }

            text = text[..Math.Min(end, point + 8)] + text[end..];
        }

        // K also matches the absence of a zone, which RFC 3339 does not allow.
        bool zoned = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        if (!zoned || !DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time))
        {
            return false;
        }

        time = time.ToUniversalTime();
        return true;
    }
}
