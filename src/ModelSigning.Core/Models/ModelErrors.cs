using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Models;

/// <summary>The refusals of finding a model's files and of comparing manifests.</summary>
internal static class ModelErrors
{
    /// <summary>Nothing has the model's path.</summary>
    public static readonly ErrorDefinition ModelNotFound = new("ModelNotFound", ErrorKind.ObjectNotFound,
        "The model does not exist.",
        "Check the path. A relative path starts at the current directory.");

    /// <summary>No resources are left (OMS v1.0, 6.2).</summary>
    public static readonly ErrorDefinition ModelEmpty = new("ModelEmpty", ErrorKind.InvalidData,
        "The model has no file to sign: it is empty, all files are ignored, or all files are empty and shards are used.",
        "Check the path and the ignored paths.");

    /// <summary>A symbolic link, and links are not allowed (OMS v1.0, 6.1.1).</summary>
    public static readonly ErrorDefinition SymlinkRefused = new("SymlinkRefused", ErrorKind.SecurityError,
        "The model contains a symbolic link (or, on Windows, another reparse point), and links are not allowed.",
        "Copy the model with links followed (cp -rL). When signing, you can also exclude the link with -IgnorePath, or use -AllowSymlink.");

    /// <summary>A link whose target does not exist.</summary>
    public static readonly ErrorDefinition SymlinkDangling = new("SymlinkDangling", ErrorKind.InvalidData,
        "The target of a symbolic link in the model does not exist.",
        "Repair or delete the link, or exclude it with -IgnorePath.");

    /// <summary>A link to a folder, which no signature covers.</summary>
    public static readonly ErrorDefinition SymlinkToFolder = new("SymlinkToFolder", ErrorKind.SecurityError,
        "A symbolic link in the model leads to a folder or forms a loop. Only links to files can be signed.",
        "Replace the link with the folder, or exclude it with -IgnorePath.");

    /// <summary>A FIFO, a socket or a device (OMS v1.0, 6.1: only regular files).</summary>
    public static readonly ErrorDefinition SpecialFile = new("SpecialFile", ErrorKind.InvalidData,
        "The model contains a FIFO, socket or device, which cannot be signed.",
        "Delete it, or exclude it with -IgnorePath.");

    /// <summary>A name that is not valid Unicode.</summary>
    public static readonly ErrorDefinition FileNameInvalid = new("FileNameInvalid", ErrorKind.InvalidData,
        "The name of a file or folder is not valid Unicode (UTF-8), looks the same as such a name, or refers to another file on Windows.",
        "Rename it.");

    /// <summary>A directory that cannot be listed.</summary>
    public static readonly ErrorDefinition DirectoryUnreadable = new("DirectoryUnreadable", ErrorKind.PermissionDenied,
        "Access to a folder of the model is denied.",
        "Grant the user read access to the folder, or exclude it with -IgnorePath.");

    /// <summary>The operating system reports an error while the model is listed.</summary>
    public static readonly ErrorDefinition DirectoryReadFailed = new("DirectoryReadFailed", ErrorKind.ReadError,
        "The operating system reported an error while a folder of the model was listed.",
        "Check the disk, share or network drive that holds the folder.");

    /// <summary>An ignored path that does not lie in the model.</summary>
    public static readonly ErrorDefinition IgnorePathOutside = new("IgnorePathOutside", ErrorKind.InvalidArgument,
        "A path in -IgnorePath is not inside the model, or is the model itself.",
        "Specify paths below the model's folder, either absolute or relative to it.");

    /// <summary>An ignored path that a bundle must not carry (OMS v1.0, 6.2.1).</summary>
    public static readonly ErrorDefinition IgnorePathInvalid = new("IgnorePathInvalid", ErrorKind.InvalidArgument,
        "A path in -IgnorePath is empty, or contains one of the characters * ? [, which a signature cannot record.",
        "Specify each file or folder without wildcards; only New-ModelSignature expands * and ?. Rename what has such a character in its name.");

    /// <summary>More resources than anything can hold.</summary>
    public static readonly ErrorDefinition TooManyResources = new("TooManyResources", ErrorKind.LimitsExceeded,
        "The model has too many files, or its shards are too small, for one signature.",
        "Use larger shards, or sign the model's folders one by one.");

    /// <summary>Manifests of another algorithm, method or shard size.</summary>
    public static readonly ErrorDefinition ManifestsNotComparable = new("ManifestsNotComparable", ErrorKind.InvalidArgument,
        "The two manifests use a different hash algorithm, method or shard size, so their digests cannot be compared.",
        "Create one of them again with the settings of the other.");
}
