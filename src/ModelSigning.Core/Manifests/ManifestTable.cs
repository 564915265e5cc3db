using System.Text;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Manifests;

/// <summary>
/// Tables that Export-Csv made of Get-ModelManifest (RFC 4180, with commas, or with the semicolons of -UseCulture): the columns Name, Algorithm and Digest, and where they are there Length and ModelPath. Others are not read.
/// </summary>
internal static class ManifestTable
{
    private const int MostColumns = 64, MostFieldBytes = 1024 * 1024;
    private static readonly string[] Needed = ["Name", "Algorithm", "Digest"];

    /// <summary>Whether a file begins as a table.</summary>
    public static bool Starts(string path) => ManifestImport.Begins(path, start => IsTable(start.StartsWith("\uFEFF"u8) ? start[3..] : start));

    /// <summary>Whether a text begins as a table.</summary>
    public static bool IsTable(ReadOnlySpan<byte> text) => Separator(text) != 0;

    // What follows the name of the first column; 0 for what is not a table.
    private static byte Separator(ReadOnlySpan<byte> text)
    {
        int end = text.StartsWith("\"Name\""u8) ? 6 : text.StartsWith("Name"u8) ? 4 : text.Length;
        return end < text.Length && text[end] is (byte)',' or (byte)';' ? text[end] : (byte)0;
    }

    /// <summary>Reads a table.</summary>
    /// <exception cref="ModelSigningException">One of <see cref="ManifestImportErrors"/>.</exception>
    public static ManifestFile Read(ReadOnlyMemory<byte> text, string source, CancellationToken cancellationToken)
    {
        ReadOnlySpan<byte> rest = text.Span;
        byte separator = Separator(rest);
        int line = 1;
        List<string> columns = [], row = [];
        ReadRow(ref rest, columns, separator, source, ref line);
        // Import-Csv goes by the separator that it is told, and would find other columns of these names between marks of another one.
        if (CountOf("Digest", Encoding.UTF8.GetString(text.Span[..^rest.Length])) > 1)
        {
            throw ManifestImportErrors.ImportMalformed.At(ManifestImport.At(source, 1, "has the word Digest several times, so that programs could find other columns with another separator."), source);
        }

        if (columns.Any(column => column.AsSpan().ContainsAny('\r', '\n')))
        {
            throw ManifestImportErrors.ImportMalformed.At(ManifestImport.At(source, 1, "has a line end in the name of a column, in which other programs could find lines of their own."), source);
        }

        int[] at = [.. Needed.Append("Length").Append("ModelPath").Select(column => columns.IndexOf(column))];
        if (at.AsSpan(0, Needed.Length).Contains(-1) || columns.Distinct(StringComparer.OrdinalIgnoreCase).Count() != columns.Count)
        {
            throw ManifestImportErrors.ImportMalformed.At(ManifestImport.At(source, 1, "does not have each of the columns Name, Algorithm and Digest once."), source);
        }

        // Their names would be taken for those of files.
        if (columns.Contains("Shape") && columns.Contains("Weights"))
        {
            throw ManifestImportErrors.ImportTensors.At($"'{source}' is a table of tensors.", source);
        }

        ManifestRows rows = new(source);
        while (!rest.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int first = line;
            ReadRow(ref rest, row, separator, source, ref line);
            if (row.Count != columns.Count)
            {
                throw ManifestImportErrors.ImportMalformed.At(ManifestImport.At(source, first, $"has {row.Count} fields, but the first line has {columns.Count}."), source);
            }

            // Only a name can have a line end; elsewhere it hides a line for sha256sum.
            if (row.Where((_, column) => column != at[0]).Any(field => field.AsSpan().ContainsAny('\r', '\n')))
            {
                throw ManifestImportErrors.ImportMalformed.At(ManifestImport.At(source, first, "has a line end in a field that is not a name."), source);
            }

            string Field(int column) => at[column] < 0 ? "" : row[at[column]];
            rows.Add(first, Field(0), Field(1), Field(2), Field(3), Field(4));
        }

        return rows.Make(Path.GetFileNameWithoutExtension(source));
    }

    // A field in quotation marks may have line ends in it; a mark inside it is doubled.
    private static void ReadRow(ref ReadOnlySpan<byte> rest, List<string> fields, byte separator, string source, ref int line)
    {
        fields.Clear();
        int first = line;
        while (true)
        {
            bool isQuoted = rest.StartsWith("\""u8);
            int end = isQuoted ? ClosingMark(rest) : rest.IndexOfAny(separator, (byte)'\r', (byte)'\n');
            if (end < 0 || end > MostFieldBytes || fields.Count == MostColumns)
            {
                throw ManifestImportErrors.ImportMalformed.At(ManifestImport.At(source, first, "has a field without an end or more than 64 fields, or the file is cut off."), source);
            }

            ReadOnlySpan<byte> field = isQuoted ? rest[1..end] : rest[..end];
            // Import-Csv takes the blanks away, and a mark in the middle for the beginning of a quotation.
            if (!isQuoted && (field is [(byte)' ' or (byte)'\t', ..] or [.., (byte)' ' or (byte)'\t'] || field.Contains((byte)'"')))
            {
                throw ManifestImportErrors.ImportMalformed.At(ManifestImport.At(source, first, "has a field without quotation marks that begins or ends with a blank or has a mark in it."), source);
            }

            line += field.Count((byte)'\n');
            string text = ManifestImport.Text(field, source, first);
            fields.Add(isQuoted ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text);
            rest = rest[(isQuoted ? end + 1 : end)..];
            if (!rest.IsEmpty && rest[0] == separator)
            {
                rest = rest[1..];
                continue;
            }

            int lineEnd = rest.StartsWith("\r\n"u8) ? 2 : rest.StartsWith("\n"u8) ? 1 : 0;
            rest = lineEnd > 0 ? rest[lineEnd..]
                : throw ManifestImportErrors.ImportMalformed.At(ManifestImport.At(source, first, "has text after a closing quotation mark, or no line end."), source);
            line++;
            return;
        }
    }

    private static int CountOf(string word, string text)
    {
        int count = 0;
        for (int at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + word.Length, StringComparison.OrdinalIgnoreCase))
        {
            count++;
        }

        return count;
    }

    private static int ClosingMark(ReadOnlySpan<byte> rest)
    {
        for (int at = 1; at < rest.Length; at++)
        {
            int next = rest[at..].IndexOf((byte)'"');
            if (next < 0)
            {
                return -1;
            }

            at += next;
            if (at + 1 == rest.Length || rest[at + 1] != '"')
            {
                return at;
            }

            at++;
        }

        return -1;
    }
}
