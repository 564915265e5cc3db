using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ModelSigning.Core.Content;

/// <summary>Tells where a path leads that a file of a model names. Paths are read as the least careful system does.</summary>
internal static partial class NamedPath
{
    private const int MostOfPath = 32_768;

    private static readonly char[] Separators = ['/', '\\'];

    // What no path of Windows has.
    private static readonly SearchValues<char> NoPath = SearchValues.Create("|*?<>\"");

    /// <summary>Whether a path leads out of the model, or to what git keeps, which signatures leave out.</summary>
    /// <param name="file">The file that names it.</param>
    /// <param name="target">The path, relative to the file's own folder or, as some loaders take it, to the model.</param>
    public static bool LeadsAway(string file, string target) =>
        target is ['/' or '\\' or '~', ..] || target.Contains(':', StringComparison.Ordinal) || Leaves(file, target) || IsOfGit(file, target) || IsOfGit("", target);

    /// <summary>Whether a text, which may be anything, is a path that leads away.</summary>
    /// <param name="file">The file that has it.</param>
    /// <param name="text">The text.</param>
    /// <param name="isNote">Whether the text only says where something once was, so that a path out of the model is not followed.</param>
    public static bool IsPathAway(string file, string text, bool isNote)
    {
        if (text.Length is 0 or > MostOfPath || !MayBePathAway(text))
        {
            return false;
        }

        // A path of dots alone names no file; as a text it is a token or the end of a sentence.
        return IsOfGit(file, text) || IsOfGit("", text)
            || (!isNote && (IsRooted(text) || (Leaves(file, text) && Parts(text).Any(part => part.AsSpan().ContainsAnyExcept('.', ' ')))));
    }

    // There are millions of texts that have nothing of what the rest looks for.
    private static bool MayBePathAway(string text) =>
        text is ['/' or '\\' or '$' or '%', ..] or [_, ':', ..] || text.Contains("..", StringComparison.Ordinal) || text.Contains('~', StringComparison.Ordinal)
        || text.Contains(".g", StringComparison.OrdinalIgnoreCase) || text.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || !Ascii.IsValid(text);

    // What programs expand: a person's home folder, and variables, which systems other than Windows write in capital letters.
    [GeneratedRegex(@"^(?:~(?:[A-Za-z_][\w.-]*)?|\$[A-Z_][A-Z0-9_]+|\$\{[A-Z_][A-Z0-9_]+\}|%[A-Za-z_][^%/\\]*%)[/\\]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Expanded();

    // A text of one component, such as "/" or "/x", is rather a token than a path.
    private static bool IsRooted(string text) =>
        Parts(text).Count() > 1 && text switch
        {
            ['/', ..] => true,
            ['\\', '\\', '?', '\\', ..] => text.AsSpan(4).IndexOfAny(NoPath) < 0,
            ['\\', ..] or [(>= 'A' and <= 'Z') or (>= 'a' and <= 'z'), ':', ..] => text.AsSpan().IndexOfAny(NoPath) < 0,
            _ => text.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || Expanded().IsMatch(text),
        };

    private static bool Leaves(string file, string target)
    {
        int depth = file.Count(letter => letter == '/');
        return Parts(target).Any(part => (depth += part == ".." ? -1 : 1) < 0);
    }

    // Whatever follows: on some systems a folder must be there for the path to go through it, on others not.
    private static bool IsOfGit(string file, string target)
    {
        int depth = file.Count(letter => letter == '/');
        foreach (string part in Parts(target))
        {
            if (depth == 0 && IsGitName(part))
            {
                return true;
            }

            depth = Math.Max(0, depth + (part == ".." ? -1 : 1));
        }

        return false;
    }

    // Also as Windows shortens such a name.
    private static bool IsGitName(string part) =>
        part.StartsWith(".git", StringComparison.OrdinalIgnoreCase) || (part is { Length: <= 8 } and ['g' or 'G', 'i' or 'I', .., '~', >= '0' and <= '9']);

    // Some file systems pass over characters that are not seen, spaces at the end, and the name of a stream.
    private static IEnumerable<string> Parts(string path) => path.Split(Separators)
        .Select(part => string.Concat(part.Where(letter => char.GetUnicodeCategory(letter) != UnicodeCategory.Format)).Trim(' '))
        .Where(part => part is not ("" or "."));
}
