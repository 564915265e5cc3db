using System.Buffers;
using System.Management.Automation;

namespace ModelSigning;

/// <summary>What stands on the command line while it is completed.</summary>
internal static class CompletionText
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(" '\"()[]{}<>$;,&|`#@");

    /// <summary>A word as it is typed, without the quotation marks around it.</summary>
    internal static string Bare(string word) => word.Trim('\'', '"');

    /// <summary>A value as it has to stand on the command line.</summary>
    internal static string Quoted(string value) =>
        value.AsSpan().IndexOfAny(NeedQuotes) < 0 ? value : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The files that a word may become; none for one that no file can have, where PowerShell would throw.</summary>
    internal static IEnumerable<CompletionResult> Files(string word) => word.Contains('\0', StringComparison.Ordinal) ? [] : CompletionCompleters.CompleteFilename(word);
}
