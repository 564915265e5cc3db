using System.Globalization;

namespace ModelSigning.Core.Errors;

/// <summary>
/// Text from outside, made fit for a terminal: the one rule for messages, warnings, verbose text, progress, questions and views. A terminal obeys
/// control characters, reorders text at format characters and breaks lines at separators, so that a file's name could rewrite what stands
/// around it; each of these characters is shown as its escape instead.
/// </summary>
internal static class PrintableText
{
    // The first half of the invisible tag characters (U+E0000 to U+E03FF), which the category of a single unit does not tell.
    private const char TagSurrogate = '\uDB40';

    /// <summary>The text with each unprintable character as <c>\u001b</c>; the same text when it has none.</summary>
    /// <param name="text">The text.</param>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Any(IsUnprintable)
            ? string.Concat(text.Select(unit => IsUnprintable(unit) ? Invariant($"\\u{(int)unit:x4}") : unit.ToString()))
            : text;
    }

    private static bool IsUnprintable(char unit) => unit == TagSurrogate || char.GetUnicodeCategory(unit) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
