namespace ModelSigning.Core.Models;

/// <summary>
/// What programs keep beside a model that they download or show. It changes with every download, so it is neither signed on purpose nor put
/// there by an attacker, and who
/// meets it should be told what it is. It is never left out unless someone says so.
/// </summary>
internal static class Bookkeeping
{
    private const string HuggingFace = "hf download", Kaggle = "kagglehub", FileManager = "a file manager";

    private static readonly (string Path, string Program)[] AtTheRoot =
        [(".cache/huggingface", HuggingFace), (".huggingface", HuggingFace), (".complete", Kaggle)];

    private static readonly (string Name, string Program)[] Anywhere =
        [(".DS_Store", FileManager), ("Thumbs.db", FileManager), ("desktop.ini", FileManager)];

    /// <summary>Finds such files.</summary>
    /// <param name="names">Names of a model's files.</param>
    /// <returns>Each path to leave out, once, and the program that keeps it.</returns>
    public static IReadOnlyList<(string Path, string Program)> Among(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return [.. names.Select(Of).OfType<(string, string)>().Distinct()];
    }

    /// <summary>The store that a folder is, by its shape.</summary>
    /// <param name="names">Names of the folder's files.</param>
    /// <returns>What it is, and the parameters that read it; null for no store.</returns>
    public static (string Store, string Parameters)? StoreOf(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        bool hasVersion = false, hasIndex = false, hasManifest = false, hasBlob = false;
        foreach (string name in names)
        {
            hasVersion |= name == "oci-layout";
            hasIndex |= name == "index.json";
            hasManifest |= name.StartsWith("manifests/", StringComparison.Ordinal) || name.StartsWith("manifests-v2/", StringComparison.Ordinal);
            hasBlob |= name.StartsWith("blobs/sha256-", StringComparison.Ordinal);
        }

        return hasVersion && hasIndex ? ("an OCI image layout", "-Source Oci")
            : hasManifest && hasBlob ? ("a store of ollama", "-Source Ollama and -Revision NAME:TAG")
            : null;
    }

    private static (string Path, string Program)? Of(string name)
    {
        foreach ((string path, string program) in AtTheRoot)
        {
            if (name == path || (name.StartsWith(path, StringComparison.Ordinal) && name[path.Length] == '/'))
            {
                return (path, program);
            }
        }

        // A million files are asked.
        ReadOnlySpan<char> last = name.AsSpan(name.LastIndexOf('/') + 1);
        foreach ((string kept, string program) in Anywhere)
        {
            if (last.SequenceEqual(kept))
            {
                return (name, program);
            }
        }

        return null;
    }
}
