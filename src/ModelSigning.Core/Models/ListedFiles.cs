using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Models;

/// <summary>
/// Looks up single files of a model by the names that a statement lists. Every component is looked at, from the model's directory
/// down, so that neither a link nor anything but a regular file is taken for the file that was signed.
/// </summary>
internal sealed class ListedFiles(ModelLocation location, bool allowSymlinks, WarningList warnings)
{
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal) { "" };

    /// <summary>Adds to the files that were found those that are listed and were not: they were left out, or nothing was listed.</summary>
    /// <param name="found">Files, sorted by name.</param>
    /// <param name="listed">Canonical names, sorted, each once.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>All the files, sorted; a listed one that is not there is not among them.</returns>
    /// <exception cref="ModelSigningException">As of <see cref="Find"/>.</exception>
    public List<ModelFile> AddTo(IReadOnlyList<ModelFile> found, IReadOnlyList<string> listed, CancellationToken cancellationToken)
    {
        List<ModelFile> files = new(Math.Max(found.Count, listed.Count));
        for (int left = 0, right = 0; left < found.Count || right < listed.Count;)
        {
            int order = left == found.Count ? 1 : right == listed.Count ? -1 : ResourceNameComparer.Instance.Compare(found[left].Name, listed[right]);
            if (order <= 0)
            {
                files.Add(found[left++]);
                right += order == 0 ? 1 : 0;
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
    /// <exception cref="ModelSigningException">The name leads through a link, or to something that is no regular file.</exception>
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
            switch (ModelLocation.StatusOf(path).Kind)
            {
                case FileKind.Directory:
                    _directories.Add(directory);
                    break;
                case FileKind.Link:
                    throw ModelErrors.SymlinkRefused.At(
                        $"'{directory}', which leads to the signed file '{name}', is a symbolic link. Replace it by the folder.", path);
                default:
                    return null;
            }
        }

        string full = Path.Join(location.Directory, name);
        FileStatus status = ModelLocation.StatusOf(full);
        return status.Kind switch
        {
            FileKind.File => new(name, status.Length),
            FileKind.Link when new ModelLink(location, name).Follow(allowSymlinks, warnings) is { } length => new(name, length),
            FileKind.Special => throw ModelErrors.SpecialFile.At($"'{name}' is a FIFO, a socket or a device and was signed as a file.", full),
            _ => null,
        };
    }
}
