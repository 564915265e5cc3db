using System.Text;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Models;

/// <summary>
/// Names of resources (OMS v1.0, 6.3): relative paths with <c>/</c> between components, compared byte by byte; with shards
/// followed by <c>:start:end</c>.
/// </summary>
public static class ResourceName
{
    /// <summary>The name that old releases gave to the only file of a single-file model.</summary>
    public const string SingleFile = ".";

    /// <summary>
    /// Whether a file's name stays inside the model on every system: relative, no empty, <c>.</c> or <c>..</c> component, no zero
    /// character, valid Unicode.
    /// </summary>
    public static bool IsCanonical(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal) || !RawName.IsUnicode(name))
        {
            return false;
        }

        ReadOnlySpan<char> rest = name;
        while (true)
        {
            int slash = rest.IndexOf('/');
            if ((slash < 0 ? rest : rest[..slash]) is "" or "." or "..")
            {
                return false;
            }

            if (slash < 0)
            {
                return true;
            }

            rest = rest[(slash + 1)..];
        }
    }

    /// <summary>
    /// Finds a file whose name another one of the list has too, for a volume that tells neither upper from lower case nor one Unicode
    /// form of a character from another: of two such files only one can be there.
    /// </summary>
    /// <param name="files">The files' names, each once.</param>
    /// <returns>The later of the two; null when all are told apart everywhere.</returns>
    public static string? FindAlias(IEnumerable<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        return files.FirstOrDefault(file => !seen.Add(file.Normalize(NormalizationForm.FormC)));
    }

    /// <summary>
    /// Whether some file system may take a name for that of another file: for a blank or a point at the end of a component, or for anything beyond ASCII, where file systems pass over
    /// characters, and differ in which of them are one in another case or form (<c>straße</c> and <c>STRASSE</c>).
    /// </summary>
    /// <param name="name">A canonical name.</param>
    internal static bool MayBeAlias(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return !Ascii.IsValid(name) || name.Split('/').Any(part => part[^1] is ' ' or '.');
    }

    /// <summary>The name of a shard: <c>file:start:end</c>.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="start">The shard's first byte.</param>
    /// <param name="end">The byte after its last.</param>
    public static string OfShard(string file, long start, long end) => Invariant($"{file}:{start}:{end}");

    /// <summary>Takes a shard's name apart: the last two numbers are the range, all before them the file.</summary>
    /// <returns>Whether it is one, in decimal without leading zeros, and its range is not empty.</returns>
    public static bool TryParseShard(string name, out string file, out long start, out long end)
    {
        ArgumentNullException.ThrowIfNull(name);
        int second = name.LastIndexOf(':');
        int first = second > 0 ? name.LastIndexOf(':', second - 1) : -1;
        file = "";
        start = end = 0;
        if (first < 1 || !TryParse(name.AsSpan(first + 1, second - first - 1), out start) || !TryParse(name.AsSpan(second + 1), out end) || start >= end)
        {
            return false;
        }

        file = name[..first];
        return true;
    }

    private static bool TryParse(ReadOnlySpan<char> digits, out long number)
    {
        number = 0;
        return digits.Length > 0 && (digits[0] != '0' || digits.Length == 1)
            && DecimalDigits.TryRead(digits, out number);
    }
}

/// <summary>
/// The order of resources (OMS v1.0, 6.3.2): by code point, which is the order of the names' UTF-8 bytes. The order of UTF-16 units,
/// <see cref="StringComparer.Ordinal"/>, puts U+E000 to U+FFFF behind the supplementary characters.
/// </summary>
internal sealed class ResourceNameComparer : IComparer<string>
{
    private ResourceNameComparer()
    {
    }

    /// <summary>The only one.</summary>
    public static ResourceNameComparer Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y) =>
        x is null || y is null ? (x is null ? 0 : 1) - (y is null ? 0 : 1) : Compare(x, xIsFolder: false, y, yIsFolder: false);

    /// <summary>Compares two names; that of a folder as the names of what is in it, which go on with a slash.</summary>
    public static int Compare(string x, bool xIsFolder, string y, bool yIsFolder)
    {
        int common = x.AsSpan().CommonPrefixLength(y);
        int a = UnitAt(x, common, xIsFolder), b = UnitAt(y, common, yIsFolder);
        // Of the units that differ, a surrogate stands for a code point above U+FFFF, hence above every unit that is none.
        return IsSurrogate(a) == IsSurrogate(b) ? a.CompareTo(b) : IsSurrogate(a) ? 1 : -1;

        static int UnitAt(string name, int index, bool isFolder) => index < name.Length ? name[index] : isFolder ? '/' : -1;

        static bool IsSurrogate(int unit) => unit is >= 0xD800 and <= 0xDFFF;
    }
}
