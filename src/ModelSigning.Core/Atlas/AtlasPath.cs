namespace ModelSigning.Core.Atlas;

/// <summary>Paths of files in manifests, which are those of the machine where a manifest was made.</summary>
internal static class AtlasPath
{
    // More than any file's path has: each end is looked up.
    private const int MostComponents = 256;

    /// <summary>The file that a path means here: that of its longest end. A file of its last component alone, elsewhere in the model, would be another one.</summary>
    /// <param name="path">The path, full or relative.</param>
    /// <param name="exists">Whether there is a file of a name.</param>
    /// <returns>The file's name; null for none.</returns>
    public static string? EndAmong(string path, Func<string, bool> exists)
    {
        string[] components = [.. path.Split('/').Where(component => component is not ("" or "."))];
        return Enumerable.Range(Math.Max(0, components.Length - MostComponents), Math.Min(components.Length, MostComponents)).Select(first => string.Join('/', components[first..])).FirstOrDefault(exists);
    }
}
