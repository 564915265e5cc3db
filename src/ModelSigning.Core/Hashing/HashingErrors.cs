using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Hashing;

/// <summary>The refusals of hashing.</summary>
public static class HashingErrors
{
    /// <summary>A file that was listed is gone.</summary>
    public static readonly ErrorDefinition FileVanished = new("FileVanished", ErrorKind.ReadError,
        "A file of the model was there when the model was listed and was gone when it was to be hashed.",
        "Make sure that nothing writes to the model meanwhile, then run the command again.");

    /// <summary>A file has more bytes than when it was listed.</summary>
    public static readonly ErrorDefinition FileGrew = new("FileGrew", ErrorKind.ReadError,
        "A file of the model became longer while it was hashed.",
        "Make sure that nothing writes to the model meanwhile, then run the command again.");

    /// <summary>A file has fewer bytes than when it was listed.</summary>
    public static readonly ErrorDefinition FileShrank = new("FileShrank", ErrorKind.ReadError,
        "A file of the model became shorter while it was hashed.",
        "Make sure that nothing writes to the model meanwhile, then run the command again.");

    /// <summary>A file cannot be opened for reading.</summary>
    public static readonly ErrorDefinition FileUnreadable = new("FileUnreadable", ErrorKind.PermissionDenied,
        "The operating system does not let this user read a file of the model.",
        "Give the user read access to the file, or leave it out with -IgnorePath.");

    /// <summary>The operating system reports an error while a file is read.</summary>
    public static readonly ErrorDefinition FileReadFailed = new("FileReadFailed", ErrorKind.ReadError,
        "The operating system reported an error while a file of the model was read.",
        "Look at the disk, the share or the network drive that holds the file.");

    /// <summary>More bytes than a number of 64 bits can count.</summary>
    public static readonly ErrorDefinition TooManyBytes = new("TooManyBytes", ErrorKind.LimitsExceeded,
        "The files to be hashed have more bytes together than can be counted, which only sparse files can have.",
        "Delete the sparse files, or leave them out with -IgnorePath.");

    /// <summary>A device returned although items had neither digest nor error.</summary>
    public static readonly ErrorDefinition HashDeviceIncomplete = new("HashDeviceIncomplete", ErrorKind.ResourceUnavailable,
        "A hash device returned before it had hashed everything.",
        "Hash with another device (-Device Cpu), and report the fault.");
}
