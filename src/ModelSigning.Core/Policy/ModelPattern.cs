namespace ModelSigning.Core.Policy;

/// <summary>
/// Which models a rule speaks of. A pattern without a slash is compared with the model's name, the last component of its path; one
/// with a slash with the whole path. <c>*</c> stands for any characters of a component, <c>?</c> for one, a component <c>**</c> for any
/// number of components.
/// </summary>
public sealed class ModelPattern
{
    private const string AnyComponents = "**";

    private readonly string[] _components;
    private readonly bool _isPath;

    /// <summary>Makes a pattern.</summary>
    /// <param name="text">The pattern; a back-slash counts as a slash.</param>
    /// <param name="directory">The full path of the folder that a relative path pattern starts at.</param>
    public ModelPattern(string text, string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        Text = text;
        string pattern = text.Replace('\\', '/');
        _isPath = pattern.Contains('/', StringComparison.Ordinal);
        if (_isPath && !IsRooted(pattern))
        {
            pattern = directory.Replace('\\', '/').TrimEnd('/') + "/" + (pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern);
        }

        _components = Components(pattern);
    }

    /// <summary>The pattern as the policy has it.</summary>
    public string Text { get; }

    /// <summary>Whether the pattern fits every model.</summary>
    public bool IsCatchAll => _components.All(component => component is AnyComponents or "*") && (!_isPath || _components.Contains(AnyComponents));

    /// <summary>
    /// Compares a model. Where the operating system's usual file systems do not tell upper from lower case, neither does this: the
    /// same model must not fall under another rule because somebody spelt its path differently.
    /// </summary>
    /// <param name="modelPath">The model's full path.</param>
    public bool Fits(string modelPath)
    {
        ArgumentNullException.ThrowIfNull(modelPath);
        string[] path = Components(modelPath.Replace('\\', OperatingSystem.IsWindows() ? '/' : '\\'));
        return _isPath ? Fits(_components, path) : path.Length > 0 && FitsComponent(_components[0], path[^1]);
    }

    private static bool IsRooted(string pattern) =>
        pattern[0] == '/' || pattern.StartsWith(AnyComponents + "/", StringComparison.Ordinal) || (pattern.Length > 2 && pattern[1] == ':' && pattern[2] == '/');

    private static string[] Components(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    // Backtracks to the last '**' only: what an earlier one could take, the later one can too.
    private static bool Fits(ReadOnlySpan<string> pattern, ReadOnlySpan<string> path)
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

    private static bool FitsComponent(string pattern, string name)
    {
        bool ignoreCase = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();
        return System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase);
    }
}
