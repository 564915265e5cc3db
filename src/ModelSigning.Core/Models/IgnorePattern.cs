using System.IO.Enumeration;

namespace ModelSigning.Core.Models;

/// <summary>
/// Paths with wildcards that a signer leaves out of a model. A signature records exact paths only (OMS v1.0, 6.2), so that they are expanded against
/// the files that are there; on verification they mean nothing, because anyone who adds a file chooses its name.
/// </summary>
internal static class IgnorePattern
{
    /// <summary>Whether a path is a pattern: <c>*</c> and <c>?</c> match within a name, and no file or folder has just that name.</summary>
    /// <param name="path">A path relative to the model.</param>
    /// <param name="directory">The model's folder.</param>
    public static bool Is(string path, string directory)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.AsSpan().IndexOfAny('*', '?') >= 0 && !Path.IsPathRooted(path) && Directory.Exists(directory) && !Path.Exists(Path.Join(directory, path));
    }

    /// <summary>The files and folders that match.</summary>
    /// <param name="pattern">The pattern, relative to the model; each of its names matches one name, by exact case.</param>
    /// <param name="directory">The model's folder.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>Paths relative to the model, sorted.</returns>
    /// <exception cref="Errors.ModelSigningException"><see cref="ModelErrors.IgnorePathOutside"/>, or a folder cannot be listed.</exception>
    public static IReadOnlyList<string> Expand(string pattern, string directory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        string[] names = pattern.Split(OperatingSystem.IsWindows() ? ['/', '\\'] : ['/'], StringSplitOptions.RemoveEmptyEntries);
        if (names.Contains(".."))
        {
            throw ModelErrors.IgnorePathOutside.At($"The ignored path '{pattern}' has wildcards and the name '..'.", pattern);
        }

        List<string> found = [""];
        foreach (string name in names.Where(name => name != "."))
        {
            found = [.. found.Where(parent => !IsLink(Path.Join(directory, parent)))
                .SelectMany(parent => Children(Path.Join(directory, parent), name, cancellationToken).Select(child => parent.Length == 0 ? child : parent + "/" + child))];
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static IEnumerable<string> Children(string folder, string name, CancellationToken cancellationToken)
    {
        foreach (string child in Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder, "*", Everything) : [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Path.GetFileName(child) is { } found && FileSystemName.MatchesSimpleExpression(name, found, ignoreCase: false))
            {
                yield return found;
            }
        }
    }

    // The target of a link is not part of the model.
    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, MatchType = MatchType.Simple, IgnoreInaccessible = false };
}
