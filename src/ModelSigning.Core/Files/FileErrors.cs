using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Files;

/// <summary>The refusals of writing files and of resolving paths.</summary>
public static class FileErrors
{
    /// <summary>The folder of a file that is to be written is not there.</summary>
    public static readonly ErrorDefinition FolderNotFound = new("FolderNotFound", ErrorKind.ObjectNotFound,
        "The folder into which a file was to be written is not there.",
        "Make the folder, or name another path.");

    /// <summary>The folder does not take new files from this user.</summary>
    public static readonly ErrorDefinition FolderNotWritable = new("FolderNotWritable", ErrorKind.PermissionDenied,
        "The operating system does not let this user write into the folder.",
        "Give the user write access to the folder, or name a path in another one.");

    /// <summary>Windows: the file to replace has the read-only attribute.</summary>
    public static readonly ErrorDefinition FileReadOnly = new("FileReadOnly", ErrorKind.PermissionDenied,
        "The file that was to be replaced is read-only.",
        "Remove the attribute, if nobody needs it: (Get-Item FILE).IsReadOnly = $false.");

    /// <summary>Windows: another program has the file to replace open.</summary>
    public static readonly ErrorDefinition FileInUse = new("FileInUse", ErrorKind.WriteError,
        "Another program has the file open that was to be replaced, and keeps it open.",
        "Close the program that has the file open, or specify another path.");

    /// <summary>The path names a folder.</summary>
    public static readonly ErrorDefinition OutputIsFolder = new("OutputIsFolder", ErrorKind.InvalidArgument,
        "The path of a file that is to be written names a folder.",
        "Add the file's name to the path.");

    /// <summary>The disk, or the user's share of it, is full.</summary>
    public static readonly ErrorDefinition DiskFull = new("DiskFull", ErrorKind.WriteError,
        "The disk, or this user's share of it, is full; what was there before is unchanged.",
        "Free some space, or name a path on another disk.");

    /// <summary>The operating system reports an error while a file is written.</summary>
    public static readonly ErrorDefinition FileWriteFailed = new("FileWriteFailed", ErrorKind.WriteError,
        "The operating system reported an error while a file was written; what was there before is unchanged.",
        "Look at the disk, the share or the network drive that holds the folder.");

    /// <summary>Symbolic links that lead in a circle, or through too many steps.</summary>
    public static readonly ErrorDefinition LinkCycle = new("LinkCycle", ErrorKind.ReadError,
        "Symbolic links in a path lead in a circle or through more than 40 steps.",
        "Name a path without these links.");
}
