using System.Text;
using System.Text.RegularExpressions;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Verifying;

/// <summary>
/// Which files of a signed folder are verified: paths relative to it, exact in letter case, with <c>*</c>, <c>?</c> and <c>[sets]</c> within a name and <c>**</c> for any number of
/// folders. A path that a folder has takes everything below it. A path that is also the literal name of a file takes that file as well, whatever it means as a pattern.
/// </summary>
internal sealed class IncludedFiles
{
    private const string Wildcards = "*?[";

    private readonly Pattern[] _patterns;

    private IncludedFiles(Pattern[] patterns) => _patterns = patterns;

    /// <summary>Reads the paths.</summary>
    /// <param name="paths">The paths.</param>
    /// <param name="isWindows">Whether a backslash separates names.</param>
    /// <returns>The files; null where no path is given, which means all.</returns>
    /// <exception cref="Errors.ModelSigningException"><see cref="VerifyingErrors.IncludeInvalid"/>.</exception>
    public static IncludedFiles? Of(IReadOnlyList<string> paths, bool isWindows) =>
        paths.Count == 0 ? null : new([.. paths.Select(path => Pattern.Of(path, isWindows))]);

    /// <summary>Whether a file, or a folder with all that is in it, is among them.</summary>
    public bool Covers(string name) => _patterns.Any(pattern => pattern.Covers(name));

    /// <summary>Whether a path is the very name of a file. Nothing excuses that one.</summary>
    public bool IsName(string name) => _patterns.Any(pattern => pattern.Literal == name);

    /// <summary>Whether a folder, which nobody looked into, is among them, or may have files that are.</summary>
    public bool MayCoverIn(string folder) => _patterns.Any(pattern => pattern.Covers(folder) || pattern.MayCoverBelow(folder));

    /// <summary>Whether an entry may be among them whose own name cannot be told, by the folder that it lies in.</summary>
    /// <param name="name">The name as it is shown.</param>
    public bool MayCoverUnnamed(string name)
    {
        string folder = name.LastIndexOf('/') is > 0 and int end ? name[..end] : "";
        return _patterns.Any(pattern => folder.Length == 0 ? pattern.Literal.Split('/')[0].AsSpan().ContainsAny(Wildcards) : pattern.Covers(folder) || (pattern.HasWildcards && pattern.MayCoverBelow(folder)));
    }

    /// <summary>Whether the paths are names of signed files and nothing else, so that no folder need be listed.</summary>
    /// <param name="signed">The signed files, sorted.</param>
    public bool AreNamesOf(string[] signed) =>
        _patterns.All(pattern => !pattern.HasWildcards && Array.BinarySearch(signed, pattern.Literal, ResourceNameComparer.Instance) >= 0);

    /// <summary>The signed files that are among them.</summary>
    /// <param name="signed">The signed files, sorted.</param>
    /// <param name="signaturePath">The signature, for the error.</param>
    /// <exception cref="Errors.ModelSigningException"><see cref="VerifyingErrors.IncludeNotSigned"/>: a path means none of them.</exception>
    public string[] Among(string[] signed, string signaturePath)
    {
        if (AreNamesOf(signed))
        {
            return [.. _patterns.Select(pattern => pattern.Literal).Distinct(StringComparer.Ordinal).Order(ResourceNameComparer.Instance)];
        }

        bool[] found = new bool[_patterns.Length];
        List<string> among = [];
        foreach (string name in signed)
        {
            bool isAmong = false;
            for (int index = 0; index < _patterns.Length; index++)
            {
                if (_patterns[index].Covers(name))
                {
                    isAmong = found[index] = true;
                }
            }

            if (isAmong)
            {
                among.Add(name);
            }
        }

        return Array.IndexOf(found, false) is >= 0 and int none
            ? throw VerifyingErrors.IncludeNotSigned.At($"No file that the signature '{signaturePath}' lists matches '{_patterns[none].Literal}'.", _patterns[none].Literal)
            : [.. among];
    }

    private sealed record Pattern(string Literal, bool HasWildcards, Regex? Expression, Regex? Folders)
    {
        public bool Covers(string name) =>
            name == Literal || (name.StartsWith(Literal, StringComparison.Ordinal) && name[Literal.Length] == '/') || Expression?.IsMatch(name) == true;

        public bool MayCoverBelow(string folder) => Literal.StartsWith(folder + "/", StringComparison.Ordinal) || Folders?.IsMatch(folder + "/") == true;

        public static Pattern Of(string path, bool isWindows)
        {
            string literal = isWindows ? path.Replace('\\', '/') : path;
            literal = (literal.StartsWith("./", StringComparison.Ordinal) ? literal[2..] : literal).TrimEnd('/');
            string[] names = literal.Split('/');
            if (names.Any(name => name is "" or "." or "..") || (isWindows && literal.Contains(':', StringComparison.Ordinal)) || literal.Contains('\0', StringComparison.Ordinal))
            {
                throw VerifyingErrors.IncludeInvalid.At($"'{path}' is not a relative path below the model's folder.", path);
            }

            bool hasWildcards = literal.AsSpan().ContainsAny(Wildcards);
            return new(literal, hasWildcards, hasWildcards ? Compile(Files(names, path), path) : null, hasWildcards ? Compile(FoldersAbove(names, path), path) : null);
        }

        private static string Files(string[] names, string path)
        {
            StringBuilder expression = new("\\A");
            for (int index = 0; index < names.Length; index++)
            {
                bool isLast = index == names.Length - 1;
                if (names[index] == "**")
                {
                    expression.Append(isLast ? "[^/]+" : "(?:[^/]+/)*");
                    continue;
                }

                Append(expression, names[index], path);
                expression.Append(isLast ? "" : "/");
            }

            return expression.Append("(?:/|\\z)").ToString();
        }

        // Each name but the last, with a slash behind it, and as many of them as a folder has; behind '**' any.
        private static string FoldersAbove(string[] names, string path)
        {
            StringBuilder expression = new("\\A");
            int open = 0;
            foreach (string name in names[..^1])
            {
                if (name == "**")
                {
                    expression.Append("(?:[^/]+/)*");
                    break;
                }

                expression.Append("(?:");
                open++;
                Append(expression, name, path);
                expression.Append('/');
            }

            return expression.Append(string.Concat(Enumerable.Repeat(")?", open))).Append("\\z").ToString();
        }

        // An expression that is matched in linear time: a pattern costs the same however many stars it has.
        private static Regex Compile(string expression, string path)
        {
            try
            {
                return new(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
            catch (Exception error) when (error is ArgumentException or NotSupportedException)
            {
                throw VerifyingErrors.IncludeInvalid.At($"The pattern '{path}' has a set of characters that is not valid, or is too large.", path, error);
            }
        }

        private static void Append(StringBuilder expression, string name, string path)
        {
            for (int at = 0; at < name.Length; at++)
            {
                switch (name[at])
                {
                    case '*':
                        expression.Append("[^/]*");
                        break;
                    case '?':
                        expression.Append("[^/]");
                        break;
                    case '[':
                        int end = name.IndexOf(']', at);
                        if (end < at + 2)
                        {
                            throw VerifyingErrors.IncludeInvalid.At($"The pattern '{path}' has a '[' without a set of characters and a ']'.", path);
                        }

                        AppendSet(expression, name.AsSpan(at + 1, end - at - 1));
                        at = end;
                        break;
                    default:
                        expression.Append(Regex.Escape(name[at].ToString()));
                        break;
                }
            }
        }

        // A hyphen between two characters is a range; every other character stands for itself.
        private static void AppendSet(StringBuilder expression, ReadOnlySpan<char> set)
        {
            expression.Append('[');
            for (int at = 0; at < set.Length; at++)
            {
                bool isRange = set[at] == '-' && at > 0 && at < set.Length - 1;
                expression.Append(isRange ? "-" : $"\\u{(int)set[at]:X4}");
            }

            expression.Append(']');
        }
    }
}
