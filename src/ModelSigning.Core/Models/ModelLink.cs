using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Models;

/// <summary>A symbolic link in a model.</summary>
internal readonly struct ModelLink(ModelLocation location, string name)
{
    private readonly string _fullPath = Path.Join(location.Directory, name);

    /// <summary>Whether a name of a model is a link that leads outside it, or through a place outside it, so that whoever may write there decides what is read.</summary>
    /// <param name="location">The model.</param>
    /// <param name="name">A file that was found in it.</param>
    public static bool LeadsOutside(ModelLocation location, string name)
    {
        string path = Path.Join(location.Directory, name);
        return ModelLocation.StatusOf(path).Kind == FileKind.Link && Resolve(location, path) is var link && (link.Aside is not null || !IsInside(location, link.Path));
    }

    /// <summary>Follows the link.</summary>
    /// <param name="allowed">Whether links are allowed at all.</param>
    /// <param name="warnings">Where it is noted that a link to a file leads outside the model.</param>
    /// <returns>What it leads to: a file, or a folder, for which a link in a loop counts too.</returns>
    /// <exception cref="ModelSigningException">Links are not allowed, or the link leads to nothing or to something else.</exception>
    public FileStatus Follow(bool allowed, WarningList warnings)
    {
        if (!allowed)
        {
            throw SnapshotFolder.Around(_fullPath) is not null
                ? ModelErrors.SymlinkRefused.At(
                    $"'{name}' is a symbolic link, as files in the cache of the Hugging Face hub are, and links are not allowed.", _fullPath,
                    cure: "Use -Source HuggingFace to read the files that the cache keeps behind its links.")
                : ModelErrors.SymlinkRefused.At(
                    $"'{name}' is a symbolic link, and links are not allowed.",
                    _fullPath);
        }

        string target;
        string? aside;
        try
        {
            (target, _, aside) = Resolve(location, _fullPath);
        }
        catch (ModelSigningException error) when (error.Definition == FileErrors.LinkCycle)
        {
            return new(FileKind.Directory, 0);
        }

        FileStatus status = ModelLocation.StatusOf(target);
        switch (status.Kind)
        {
            case FileKind.Missing:
                throw ModelErrors.SymlinkDangling.At(
                    $"The symbolic link '{name}' leads to '{target}', which does not exist.", _fullPath);
            case FileKind.Special:
                throw ModelErrors.SpecialFile.At(
                    $"The symbolic link '{name}' leads to a FIFO, socket or device.", _fullPath);
            case FileKind.File when !IsInside(location, target):
                warnings.Add($"The symbolic link '{name}' leads outside the model, to '{target}'.");
                return status;
            case FileKind.File when aside is not null:
                warnings.Add($"The symbolic link '{name}' leads outside the model, through '{aside}', and back into it.");
                return status;
            case FileKind.Link:
                // A reparse point that is not a link, such as a file kept in a cloud: its content is its own.
                return new FileInfo(_fullPath) is { Exists: true } file ? new(FileKind.File, file.Length) : new(FileKind.Directory, 0);
            default:
                return status;
        }
    }

    private static ResolvedLink Resolve(ModelLocation location, string path) => ResolvedPath.OfLink(path, location.ResolvedLinks, location.ResolvedDirectory, location.Rules);

    private static bool IsInside(ModelLocation location, string path) => ResolvedPath.IsInside(location.ResolvedDirectory, path, location.Rules);
}
