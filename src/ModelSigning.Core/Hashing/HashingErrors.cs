using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Hashing;

/// <summary>The refusals of hashing.</summary>
internal static class HashingErrors
{
    /// <summary>A file that was listed is gone.</summary>
    public static readonly ErrorDefinition FileVanished = new("FileVanished", ErrorKind.ReadError,
        "A file of the model was deleted after the model was listed and before the file was hashed.",
        "Make sure that no program writes to the model, and run the command again.");

    /// <summary>A file has more bytes than when it was listed.</summary>
    public static readonly ErrorDefinition FileGrew = new("FileGrew", ErrorKind.ReadError,
        "A file of the model became longer while it was hashed.",
        "Make sure that no program writes to the model, and run the command again.");

    /// <summary>A file was modified, or another one took its place.</summary>
    public static readonly ErrorDefinition FileChanged = new("FileChanged", ErrorKind.ReadError,
        "A file of the model was modified or replaced while it was hashed.",
        "Make sure that no program writes to the model, and run the command again.");

    /// <summary>A file has fewer bytes than when it was listed.</summary>
    public static readonly ErrorDefinition FileShrank = new("FileShrank", ErrorKind.ReadError,
        "A file of the model became shorter while it was hashed.",
        "Make sure that no program writes to the model, and run the command again.");

    /// <summary>A file cannot be opened for reading.</summary>
    public static readonly ErrorDefinition FileUnreadable = new("FileUnreadable", ErrorKind.PermissionDenied,
        "Access to a file of the model is denied.",
        "Grant the user read access to the file, or exclude it with -IgnorePath.");

    /// <summary>The operating system reports an error while a file is read.</summary>
    public static readonly ErrorDefinition FileReadFailed = new("FileReadFailed", ErrorKind.ReadError,
        "The operating system reported an error while a file of the model was read.",
        "Check the disk, share or network drive that holds the file.");

    /// <summary>More bytes than a number of 64 bits can count.</summary>
    public static readonly ErrorDefinition TooManyBytes = new("TooManyBytes", ErrorKind.LimitsExceeded,
        "The total size of the files exceeds the largest supported number. Only sparse files can be this large.",
        "Delete the sparse files, or exclude them with -IgnorePath.");

    /// <summary>A device returned although items had neither digest nor error.</summary>
    public static readonly ErrorDefinition HashDeviceIncomplete = new("HashDeviceIncomplete", ErrorKind.ResourceUnavailable,
        "A hash device stopped before it had hashed everything.",
        "Use another device (-Device Cpu), and report the error.");
}
