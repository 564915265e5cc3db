using System.Text.RegularExpressions;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Policy;

/// <summary>
/// Which models a rule matches. A pattern without a slash is compared with the model's name, the last component of its path; one
/// with a slash with the whole path. <c>*</c> stands for any characters of a component, <c>?</c> for one, a component <c>**</c> for any
/// number of components.
/// </summary>
public sealed partial class ModelPattern
{
    private const string AnyComponents = "**";

    private readonly string[] _components;
    private readonly bool _isPath;
    private readonly FileSystemRules _rules;

    /// <summary>Makes a pattern.</summary>
    /// <param name="text">The pattern; a back-slash counts as a slash.</param>
    /// <param name="directory">The full path of the folder that a relative path pattern starts at.</param>
    public ModelPattern(string text, string directory)
        : this(text, directory, FileSystemRules.Current)
    {
    }

    internal ModelPattern(string text, string directory, FileSystemRules rules)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        Text = text;
        _rules = rules;
        string pattern = text.Replace('\\', '/');
        _isPath = pattern.Contains('/', StringComparison.Ordinal);
        if (_isPath && !IsRooted(pattern))
        {
            pattern = (rules.IsWindows ? directory.Replace('\\', '/') : Literal(directory)).TrimEnd('/') + "/" + pattern;
        }

        string[] components = Components(rules.IsWindows ? WindowsPath.WithoutPrefix(pattern.Replace('/', '\\')).Replace('\\', '/') : pattern);
        _components = _isPath ? WithoutDots(components) : components;
    }

    /// <summary>Why a pattern can never match a model's path, in a sentence with what to write instead; null for one that can.</summary>
    public static string? Fault(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        string pattern = text.Replace('\\', '/');
        string[] components = pattern.Split('/');
        string first = components[0];
        bool isPath = pattern.Contains('/', StringComparison.Ordinal);
        return pattern.Contains("://", StringComparison.Ordinal) || pattern.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
                ? "a model has a path, not an address. Write the path."
            : pattern.Contains('\0', StringComparison.Ordinal) ? "it contains a null character. Remove it."
            : pattern.EndsWith('/') ? "it ends with a slash, but a model's path does not. Remove the slash, or add '**' for everything below."
            : first == "~" || (first.StartsWith('~') && isPath) ? "'~' is not replaced by the home folder. Write the full path."
            : components.FirstOrDefault(Variable().IsMatch) is { } variable ? $"'{variable}' is not replaced by its value. Write the full path."
            : !isPath && pattern is "." or ".." ? "a model's name is never '.' or '..'. Write its name."
            : null;
    }

    // As shells, PowerShell and Windows write them: $HOME, ${HOME}, $env:HOME, $(pwd), %USERPROFILE%.
    [GeneratedRegex(@"\A(?:\$[A-Za-z_][A-Za-z0-9_:]*|\$[{(].*[)}]|%[A-Za-z_][A-Za-z0-9_()]*%)\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Variable();

    /// <summary>The pattern as the policy has it.</summary>
    public string Text { get; }

    /// <summary>Whether the pattern fits every model.</summary>
    public bool IsCatchAll => _components.All(component => component is AnyComponents or "*") && (!_isPath || _components.Contains(AnyComponents));

    /// <summary>
    /// Compares a model. Where the operating system's usual file systems do not tell upper from lower case, neither does this: the
    /// same model must not fall under another rule because someone spelt its path differently.
    /// </summary>
    /// <param name="modelPath">The model's full path.</param>
    public bool Fits(string modelPath)
    {
        ArgumentNullException.ThrowIfNull(modelPath);

        // What has no ordinary spelling fits nothing, so that no rule accepts it.
        string? ordinary = _rules.IsWindows ? WindowsPath.Ordinary(modelPath)?.Replace('\\', '/') : modelPath;
        return ordinary is not null && Components(ordinary) is { Length: > 0 } path
            && (_isPath ? Fits(_components, path) : FitsComponent(_components[0], path[^1]));
    }

    private static bool IsRooted(string pattern) =>
        pattern[0] == '/' || pattern.StartsWith(AnyComponents + "/", StringComparison.Ordinal) || (pattern.Length > 2 && pattern[1] == ':' && pattern[2] == '/');

    // The policy's folder is not a pattern, whatever characters its name has; the matcher takes a back-slash for an escape. Windows allows none of them.
    private static string Literal(string directory) =>
        directory.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal);

    // A share's server is told from a folder of its name.
    private string[] Components(string path)
    {
        string[] components = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (_rules.IsWindows && components.Length > 0 && path.StartsWith("//", StringComparison.Ordinal))
        {
            components[0] = "//" + components[0];
        }

        return components;
    }

    // As a path's are taken out; behind '**' nothing says which component '..' would take.
    private static string[] WithoutDots(string[] components)
    {
        List<string> kept = new(components.Length);
        foreach (string component in components)
        {
            if (component == ".." && (kept.Count == 0 || kept[^1] is not (AnyComponents or "..")))
            {
                kept.RemoveRange(Math.Max(kept.Count - 1, 0), Math.Min(kept.Count, 1));
            }
            else if (component != ".")
            {
                kept.Add(component);
            }
        }

        return [.. kept];
    }

    // Backtracks to the last '**' only: what an earlier one could take, the later one can too.
    private bool Fits(ReadOnlySpan<string> pattern, ReadOnlySpan<string> path)
    {
        int p = 0, c = 0, any = -1, taken = 0;
        while (c < path.Length)
        {
            if (p < pattern.Length && pattern[p] == AnyComponents)
            {
                (any, taken, p) = (p, c, p + 1);
            }
            else if (p < pattern.Length && FitsComponent(pattern[p], path[c]))
            {
                (p, c) = (p + 1, c + 1);
            }
            else if (any >= 0)
            {
                taken++;
                (p, c) = (any + 1, taken);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].IndexOfAnyExcept(AnyComponents) < 0;
    }

    // Backtracks to the last star only. Not .NET's matcher of names, which takes an escaped question mark for any character.
    private bool FitsComponent(string componentPattern, string componentName)
    {
        ReadOnlySpan<char> pattern = InOneForm(componentPattern), name = InOneForm(componentName);
        int p = 0, n = 0, star = -1, taken = 0;
        while (n < name.Length)
        {
            bool isEscaped = p + 1 < pattern.Length && pattern[p] == '\\';
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, taken, p) = (p, n, p + 1);
            }
            else if (p < pattern.Length && (isEscaped ? IsSame(pattern[p + 1], name[n]) : pattern[p] == '?' || IsSame(pattern[p], name[n])))
            {
                (p, n) = (p + (isEscaped ? 2 : 1), n + 1);
            }
            else if (star >= 0)
            {
                taken++;
                (p, n) = (star + 1, taken);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].IndexOfAnyExcept('*') < 0;
    }

    private bool IsSame(char one, char other) => one == other || (_rules.FoldsCase && Folded(one) == Folded(other));

    // There and back: the Kelvin sign has no capital of its own and the small letter k.
    private static char Folded(char character) => char.ToLowerInvariant(char.ToUpperInvariant(character));

    private string InOneForm(string text) => _rules.FoldsForms ? text.Normalize() : text;
}
