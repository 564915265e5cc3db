namespace ModelSigning.Core.Atlas;

/// <summary>Paths of files in manifests, which are those of the machine where a manifest was made.</summary>
internal static class AtlasPath
{
    // More than any file's path has: each end is looked up.
    private const int MostComponents = 256;

    /// <summary>Whether a path is full, and so one of another machine.</summary>
    public static bool IsFull(string path) => path.StartsWith('/') || (path.Length > 1 && path[1] == ':');

    /// <summary>The files that a path can mean here: of a relative one that file, of a full one each of its ends, because nothing tells how many of its folders were above the model's. All of them must be what the manifest says.</summary>
    /// <param name="path">The path.</param>
    /// <param name="exists">Whether there is a file of a name.</param>
    /// <returns>The files' names, the longest first.</returns>
    public static string[] EndsAmong(string path, Func<string, bool> exists)
    {
        // A drive is never a folder here, and cannot be looked up on Windows.
        string[] components = [.. (path.Length > 1 && path[1] == ':' ? path[2..] : path).Split('/').Where(component => component is not ("" or "."))];
        int first = Math.Max(0, components.Length - MostComponents);
        return [.. Enumerable.Range(first, IsFull(path) ? components.Length - first : Math.Min(1, components.Length)).Select(at => string.Join('/', components[at..])).Where(exists)];
    }
}
