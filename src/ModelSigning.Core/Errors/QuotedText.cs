namespace ModelSigning.Core.Errors;

/// <summary>Text from outside as one argument of a command that a message recommends or a Tab completes, so that nothing in it is a command itself.</summary>
internal static class QuotedText
{
    // PowerShell takes typographic quotation marks for plain ones (its language specification, section 2.3.5.2).
    private const string Marks = "'\u2018\u2019\u201A\u201B";

    /// <summary>The text in single quotation marks, those in it doubled.</summary>
    /// <param name="text">The text.</param>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return $"'{string.Concat(text.Select(character => Marks.Contains(character, StringComparison.Ordinal) ? $"{character}{character}" : $"{character}"))}'";
    }
}
