using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Models;

/// <summary>
/// Looks up single files of a model by the names that a statement lists. Every component is checked, from the model's directory
/// down, so that neither a link nor anything but a regular file is taken for the file that was signed, nor one of another name that the
/// file system takes for the same.
/// </summary>
/// <param name="location">The model.</param>
/// <param name="allowSymlinks">Whether a file may be a link.</param>
/// <param name="warnings">Where it is noted what a person should know of links and spellings.</param>
/// <param name="status">Asks the file system what a path names.</param>
/// <param name="storeLinks">The rule of a store whose files are links; null for a plain folder.</param>
internal sealed class ListedFiles(
    ModelLocation location, bool allowSymlinks, WarningList warnings, Func<string, FileStatus> status, IStoreLinks? storeLinks = null)
{
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal) { "" };
    private readonly ExactNames _exact = new(location.Directory, location.Rules);

    /// <summary>Finds the listed files: among those that were found, else by looking for them, because they were left out or nothing was listed.</summary>
    /// <param name="found">Files, sorted by name.</param>
    /// <param name="listed">Canonical names, sorted, each once.</param>
    /// <param name="others">The files that were found and are not listed, sorted.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The listed files, sorted; one that does not exist is not among them.</returns>
    /// <exception cref="ModelSigningException">As of <see cref="Find"/>.</exception>
    public List<ModelFile> Match(IReadOnlyList<ModelFile> found, IReadOnlyList<string> listed, out List<ModelFile> others, CancellationToken cancellationToken)
    {
        List<ModelFile> files = new(listed.Count);
        others = [];
        for (int left = 0, right = 0; left < found.Count || right < listed.Count;)
        {
            int order = left == found.Count ? 1 : right == listed.Count ? -1 : ResourceNameComparer.Instance.Compare(found[left].Name, listed[right]);
            if (order <= 0)
            {
                // Under the text that the statement has of the name, so that a million names are not kept twice.
                (order == 0 ? files : others).Add(order == 0 ? found[left] with { Name = listed[right++] } : found[left]);
                left++;
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (Find(listed[right++]) is { } file)
            {
                files.Add(file);
            }
        }

        return files;
    }

    /// <summary>Looks a file up.</summary>
    /// <param name="name">A canonical name.</param>
    /// <returns>The file; null when there is none of that name.</returns>
    /// <exception cref="ModelSigningException">The name leads through a link, or to something that is not a regular file.</exception>
    private ModelFile? Find(string name)
    {
        for (int slash = name.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = name.IndexOf('/', slash + 1))
        {
            string directory = name[..slash];
            if (_directories.Contains(directory))
            {
                continue;
            }

            string path = Path.Join(location.Directory, directory);
            switch (status(path).Kind)
            {
                case FileKind.Directory:
                    if (!IsExact(directory, name))
                    {
                        return null;
                    }

                    _directories.Add(directory);
                    break;
                case FileKind.Link:
                    throw ModelErrors.SymlinkRefused.At(
                        $"'{directory}', a folder of the signed file '{name}', is a symbolic link. Replace it with the folder.", path);
                default:
                    return null;
            }
        }

        string full = Path.Join(location.Directory, name);
        FileStatus found = status(full);
        return found.Kind switch
        {
            FileKind.Missing or FileKind.Directory => null,
            _ when !IsExact(name, name) => null,
            FileKind.File => new(name, found.Length),
            FileKind.Link when (storeLinks?.Follow(name) ?? new ModelLink(location, name).Follow(allowSymlinks, warnings)) is { Kind: FileKind.File } file => new(name, file.Length),
            FileKind.Special => throw ModelErrors.SpecialFile.At($"'{name}' was signed as a file, but is a FIFO, socket or device.", full),
            _ => null,
        };
    }

    private bool IsExact(string path, string name)
    {
        if (_exact.Contains(path))
        {
            return true;
        }

        warnings.Add($"'{path}' of the signed file '{name}' has a different spelling on the disk (case, accents or a short name), so it was not used. Rename it.");
        return false;
    }
}
