using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Models;

/// <summary>The refusals of finding a model's files and of comparing manifests.</summary>
public static class ModelErrors
{
    /// <summary>Nothing has the model's path.</summary>
    public static readonly ErrorDefinition ModelNotFound = new("ModelNotFound", ErrorKind.ObjectNotFound,
        "There is no file or folder at the model's path.",
        "Check the path; a relative one starts at the current directory.");

    /// <summary>No resources are left (OMS v1.0, 6.2).</summary>
    public static readonly ErrorDefinition ModelEmpty = new("ModelEmpty", ErrorKind.InvalidData,
        "The model has no file that could be signed: it has none at all, all are ignored, or with shards all are empty.",
        "Check the path and the ignored paths.");

    /// <summary>A symbolic link, and links are not allowed (OMS v1.0, 6.1.1).</summary>
    public static readonly ErrorDefinition SymlinkRefused = new("SymlinkRefused", ErrorKind.SecurityError,
        "The model has a symbolic link (or on Windows another reparse point), and links are not allowed.",
        "Copy the model with links followed (cp -rL). A signer can also leave the link out with -IgnorePath, or sign with -AllowSymlink.");

    /// <summary>A link whose target is not there.</summary>
    public static readonly ErrorDefinition SymlinkDangling = new("SymlinkDangling", ErrorKind.InvalidData,
        "A symbolic link of the model leads to nothing.",
        "Repair or delete the link, or leave it out with -IgnorePath.");

    /// <summary>A link to a folder, which no signature covers.</summary>
    public static readonly ErrorDefinition SymlinkToFolder = new("SymlinkToFolder", ErrorKind.SecurityError,
        "A symbolic link of the model leads to a folder or in a circle, and a signature covers links to files only.",
        "Replace the link by the folder, or leave it out with -IgnorePath.");

    /// <summary>A FIFO, a socket or a device (OMS v1.0, 6.1: only regular files).</summary>
    public static readonly ErrorDefinition SpecialFile = new("SpecialFile", ErrorKind.InvalidData,
        "The model has a FIFO, a socket or a device, which has no content that could be signed.",
        "Delete it, or leave it out with -IgnorePath.");

    /// <summary>A name that is no Unicode text.</summary>
    public static readonly ErrorDefinition FileNameInvalid = new("FileNameInvalid", ErrorKind.InvalidData,
        "The name of a file or folder is not valid Unicode text (UTF-8), looks like such a name, or means another file on Windows.",
        "Rename it.");

    /// <summary>A directory that cannot be listed.</summary>
    public static readonly ErrorDefinition DirectoryUnreadable = new("DirectoryUnreadable", ErrorKind.PermissionDenied,
        "The operating system does not let this user list a folder of the model.",
        "Give the user read access to the folder, or leave it out with -IgnorePath.");

    /// <summary>The operating system reports an error while the model is listed.</summary>
    public static readonly ErrorDefinition DirectoryReadFailed = new("DirectoryReadFailed", ErrorKind.ReadError,
        "The operating system reported an error while a folder of the model was listed.",
        "Look at the disk, the share or the network drive that holds the folder.");

    /// <summary>An ignored path that does not lie in the model.</summary>
    public static readonly ErrorDefinition IgnorePathOutside = new("IgnorePathOutside", ErrorKind.InvalidArgument,
        "A path that is to be ignored does not lie inside the model, or is the model itself.",
        "Give paths below the model's folder, absolute or relative to it.");

    /// <summary>An ignored path that a bundle must not carry (OMS v1.0, 6.2.1).</summary>
    public static readonly ErrorDefinition IgnorePathInvalid = new("IgnorePathInvalid", ErrorKind.InvalidArgument,
        "A path that is to be ignored is empty, or has one of the characters * ? [ that no signature may record.",
        "Name each file or folder itself, without wildcards.");

    /// <summary>More resources than anything can hold.</summary>
    public static readonly ErrorDefinition TooManyResources = new("TooManyResources", ErrorKind.LimitsExceeded,
        "The model has so many files, or its shards are so small, that no signature can hold the list.",
        "Use larger shards, or sign the model's folders one by one.");

    /// <summary>Manifests of another algorithm, method or shard size.</summary>
    public static readonly ErrorDefinition ManifestsNotComparable = new("ManifestsNotComparable", ErrorKind.InvalidArgument,
        "Two manifests were made with another hash algorithm, method or shard size, so their digests say nothing about each other.",
        "Make one of them anew with the other's settings.");
}
