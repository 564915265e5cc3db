using System.Buffers;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Models;

/// <summary>
/// A folder of the Hugging Face hub's cache: <c>REPOSITORY/snapshots/COMMIT</c>, whose files are links to <c>REPOSITORY/blobs</c>, or files where
/// the system has no links. It is recognised by its shape.
/// </summary>
/// <param name="Repository">The full path of the repository's folder, such as <c>…/models--org--name</c>.</param>
/// <param name="Commit">The commit: 40 hexadecimal digits.</param>
internal sealed record SnapshotFolder(string Repository, string Commit)
{
    /// <summary>The name of the folder that the snapshots are in.</summary>
    public const string Snapshots = "snapshots";

    private const int CommitLength = 40;

    private static readonly string[] Kinds = ["models--", "datasets--", "spaces--"];
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>The snapshot's full path.</summary>
    public string FullPath => Path.Join(Repository, Snapshots, Commit);

    /// <summary>The folder that holds the files' bytes.</summary>
    public string Blobs => Path.Join(Repository, "blobs");

    /// <summary>The snapshot at a path, or that a path lies in.</summary>
    /// <param name="fullPath">A full path.</param>
    /// <returns>The snapshot; null when the path is of no such folder.</returns>
    public static SnapshotFolder? Around(string fullPath)
    {
        for (string? path = fullPath; path is not null && Path.GetDirectoryName(path) is { } parent; path = parent)
        {
            if (IsCommit(Path.GetFileName(path)) && Path.GetFileName(parent) == Snapshots
                && Path.GetDirectoryName(parent) is { } repository && IsRepository(repository))
            {
                return new(repository, Path.GetFileName(path));
            }
        }

        return null;
    }

    /// <summary>The folder of the repository that a path is a snapshot of, by its names alone; programs load one of any name that a reference has.</summary>
    /// <param name="fullPath">A full path, without a separator at its end.</param>
    /// <returns>A full path; null where the path is not named as a snapshot. In whatever case, because a file system may take one for the other.</returns>
    public static string? RepositoryOf(string fullPath) =>
        Path.GetDirectoryName(fullPath) is { } snapshots && Path.GetFileName(snapshots).Equals(Snapshots, StringComparison.OrdinalIgnoreCase)
            && Path.GetDirectoryName(snapshots) is { } repository && IsNamed(repository, StringComparison.OrdinalIgnoreCase) ? repository : null;

    /// <summary>Whether a folder is one of a repository: by its name, and by what is in it.</summary>
    public static bool IsRepository(string fullPath) =>
        IsNamed(fullPath) && IsFolder(fullPath) && IsFolder(Path.Join(fullPath, Snapshots)) && (IsFolder(Path.Join(fullPath, "blobs")) || IsFolder(Path.Join(fullPath, "refs")));

    /// <summary>Whether a text is a commit as the cache writes it.</summary>
    public static bool IsCommit(string text) => text.Length == CommitLength && !text.AsSpan().ContainsAnyExcept(Digits);

    private static bool IsNamed(string fullPath, StringComparison comparison = StringComparison.Ordinal) => Kinds.Any(kind => Path.GetFileName(fullPath).StartsWith(kind, comparison));

    private static bool IsFolder(string path)
    {
        try
        {
            return FileStatus.Of(path).Kind == FileKind.Directory;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
