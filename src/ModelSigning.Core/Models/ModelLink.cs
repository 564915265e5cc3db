using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Models;

/// <summary>A symbolic link in a model.</summary>
internal readonly struct ModelLink(ModelLocation location, string name)
{
    private readonly string _fullPath = Path.Join(location.Directory, name);

    /// <summary>Follows the link to a file.</summary>
    /// <param name="allowed">Whether links are allowed at all.</param>
    /// <param name="warnings">Where it is noted that a link leads outside the model or was passed over.</param>
    /// <returns>The target's length in bytes; null for a link that is passed over, to a directory or in a circle.</returns>
    /// <exception cref="ModelSigningException">Links are not allowed, or the link leads to nothing or to no regular file.</exception>
    public long? Follow(bool allowed, WarningList warnings)
    {
        if (!allowed)
        {
            throw ModelErrors.SymlinkRefused.At(
                $"'{name}' is a symbolic link, and links are not allowed. Replace it by the file, leave it out with -IgnorePath, or sign with -AllowSymlink.",
                _fullPath);
        }

        string target;
        try
        {
            target = ResolvedPath.Of(_fullPath);
        }
        catch (ModelSigningException error) when (error.Definition == FileErrors.LinkCycle)
        {
            warnings.Add($"The symbolic link '{name}' leads in a circle and was passed over.");
            return null;
        }

        FileStatus status = ModelLocation.StatusOf(target);
        switch (status.Kind)
        {
            case FileKind.Missing:
                throw ModelErrors.SymlinkDangling.At(
                    $"The symbolic link '{name}' leads to '{target}', which is not there. Repair or delete it, or leave it out with -IgnorePath.", _fullPath);
            case FileKind.Directory:
                warnings.Add($"The symbolic link '{name}' leads to a folder and was passed over; what lies there is not covered.");
                return null;
            case FileKind.Special:
                throw ModelErrors.SpecialFile.At(
                    $"The symbolic link '{name}' leads to a FIFO, a socket or a device. Delete it, or leave it out with -IgnorePath.", _fullPath);
            case FileKind.File when ResolvedPath.RelativeName(location.ResolvedDirectory, target) is null:
                warnings.Add($"The symbolic link '{name}' leads outside the model, to '{target}'.");
                return status.Length;
            default:
                // A reparse point that is no link, such as a file kept in a cloud: its content is its own.
                return status.Kind == FileKind.File ? status.Length : new FileInfo(_fullPath).Length;
        }
    }
}
