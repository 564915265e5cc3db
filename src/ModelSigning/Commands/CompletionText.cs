using System.Buffers;
using System.Management.Automation;
using ModelSigning.Core.Errors;

namespace ModelSigning;

/// <summary>What stands on the command line while it is completed.</summary>
internal static class CompletionText
{
    // A word of any other character is a number, a switch or something else to PowerShell somewhere.
    private static readonly SearchValues<char> PlainWord = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:\\-");

    /// <summary>A word as it is typed, without the quotation marks around it.</summary>
    internal static string Bare(string word) => word.Trim('\'', '"');

    /// <summary>A result whose value stands on the command line as one argument, whatever is in it. Names come from files and tokens of strangers.</summary>
    /// <param name="value">The value.</param>
    /// <param name="description">What is shown beside it.</param>
    /// <param name="type">What it is.</param>
    /// <returns>Null for a value that cannot stand on one line or that a terminal would obey.</returns>
    internal static CompletionResult? Result(string value, string description, CompletionResultType type = CompletionResultType.ParameterValue) =>
        value.Length == 0 || Printable.Of(value) != value ? null : new CompletionResult(Quoted(value), value, type, Printable.Of(description));

    private static string Quoted(string value) => char.IsAsciiLetter(value[0]) && !value.AsSpan().ContainsAnyExcept(PlainWord) ? value : QuotedText.Of(value);

    /// <summary>The files that a word may become; none for one that no file can have, where PowerShell would throw.</summary>
    internal static IEnumerable<CompletionResult> Files(string word) => word.Contains('\0', StringComparison.Ordinal) ? [] : CompletionCompleters.CompleteFilename(word);
}
