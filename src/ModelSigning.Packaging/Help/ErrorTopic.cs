using System.Text;
using System.Text.RegularExpressions;

namespace ModelSigning.Packaging.Help;

/// <summary>The table of errors as a topic of <c>Get-Help</c>, for those who have the package and not the project's pages.</summary>
internal static partial class ErrorTopic
{
    /// <summary>The name by which PowerShell finds the topic.</summary>
    public const string FileName = "about_ModelSigning_Errors.help.txt";

    // What fits a terminal of 80 columns.
    private const int Width = 76;

    /// <summary>Makes the topic.</summary>
    /// <param name="page">The lines of the page with the table.</param>
    /// <exception cref="PackagingException">The page has no table of errors.</exception>
    public static string Of(IEnumerable<string> page)
    {
        Match[] rows = [.. page.Select(line => Row().Match(line)).Where(match => match.Success)];
        if (rows.Length == 0)
        {
            throw new PackagingException("The page on errors has no table of them.");
        }

        StringBuilder topic = new();
        topic.Append("TOPIC\n    about_ModelSigning_Errors\n\nSHORT DESCRIPTION\n");
        Append(topic, 4, "Every error of the module by its identifier: what caused it, and what to do.");
        topic.Append("\nLONG DESCRIPTION\n");
        Append(topic, 4, "The identifier is the part before the comma in an error record's FullyQualifiedErrorId. Identifiers are stable; scripts may match "
            + "them. The message of the single error names the file, the value and what was expected instead. The identifier of the last error:");
        topic.Append("\n        $Error[0].FullyQualifiedErrorId\n");
        foreach (Match row in rows)
        {
            topic.Append("\n  ").Append(row.Groups["id"].Value).Append(" (").Append(row.Groups["category"].Value).Append(")\n");
            Append(topic, 4, Text(row, "cause"));
            Append(topic, 4, Text(row, "cure"));
        }

        topic.Append("\nSEE ALSO\n    about_ModelSigning\n");
        return topic.ToString();
    }

    private static string Text(Match row, string column) => row.Groups[column].Value.Replace("\\|", "|", StringComparison.Ordinal);

    private static void Append(StringBuilder topic, int indent, string text)
    {
        int column = 0;
        foreach (string word in text.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > Width)
            {
                topic.Append('\n');
                column = 0;
            }

            topic.Append(' ', column == 0 ? indent : 1).Append(word);
            column += (column == 0 ? indent : 1) + word.Length;
        }

        topic.Append('\n');
    }

    [GeneratedRegex(@"^\| `(?<id>[A-Za-z0-9-]+)` \| (?<category>\w+) \| (?<cause>.+?) (?<!\\)\| (?<cure>.+?) \|$")]
    private static partial Regex Row();
}
