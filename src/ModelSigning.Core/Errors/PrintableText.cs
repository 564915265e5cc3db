using System.Globalization;
using System.Text;

namespace ModelSigning.Core.Errors;

/// <summary>
/// Text from outside, made fit for a terminal: the one rule for messages, warnings, verbose text, progress, questions and views. A terminal obeys
/// control characters, reorders text at format characters and breaks lines at separators, so that a file's name could rewrite what stands
/// around it; each of these characters is shown as its escape instead.
/// </summary>
internal static class PrintableText
{
    /// <summary>The text with each unprintable character as <c>\u001b</c>, or <c>\U000e0001</c> beyond the first plane; the same text when it has none.</summary>
    /// <param name="text">The text.</param>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        if (!text.EnumerateRunes().Any(IsUnprintable) && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return text;
        }

        StringBuilder printable = new(text.Length);
        for (int at = 0; at < text.Length;)
        {
            bool isRune = Rune.TryGetRuneAt(text, at, out Rune rune);
            int length = isRune ? rune.Utf16SequenceLength : 1;
            _ = isRune && !IsUnprintable(rune) ? printable.Append(text, at, length)
                : length == 2 ? printable.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}") : printable.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[at]:x4}");
            at += length;
        }

        return printable.ToString();
    }

    // The invisible tag characters and Unicode's noncharacters, which XML forbids, with what controls a terminal or the order of a text.
    private static bool IsUnprintable(Rune rune) => rune.Value is (>= 0xE0000 and <= 0xE0FFF) or (>= 0xFDD0 and <= 0xFDEF) || (rune.Value & 0xFFFE) == 0xFFFE
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
