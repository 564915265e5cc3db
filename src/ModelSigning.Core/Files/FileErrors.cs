using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Files;

/// <summary>The refusals of writing files and of resolving paths.</summary>
internal static class FileErrors
{
    /// <summary>The folder of a file that is to be written does not exist.</summary>
    public static readonly ErrorDefinition FolderNotFound = new("FolderNotFound", ErrorKind.ObjectNotFound,
        "The folder to write to does not exist.",
        "Create the folder, or specify another path.");

    /// <summary>The folder does not take new files from this user.</summary>
    public static readonly ErrorDefinition FolderNotWritable = new("FolderNotWritable", ErrorKind.PermissionDenied,
        "Access to the folder is denied: this user cannot write to it.",
        "Grant the user write access to the folder, or specify a path in another folder.");

    /// <summary>Windows: the file to replace has the read-only attribute.</summary>
    public static readonly ErrorDefinition FileReadOnly = new("FileReadOnly", ErrorKind.PermissionDenied,
        "The file to replace is read-only.",
        "If it may be replaced, remove the attribute: (Get-Item FILE).IsReadOnly = $false.");

    /// <summary>Windows: another program has the file to replace open.</summary>
    public static readonly ErrorDefinition FileInUse = new("FileInUse", ErrorKind.WriteError,
        "The file to replace is in use by another program.",
        "Close that program, or specify another path.");

    /// <summary>The path names a folder.</summary>
    public static readonly ErrorDefinition OutputIsFolder = new("OutputIsFolder", ErrorKind.InvalidArgument,
        "The path of the output file is a folder.",
        "Add a file name to the path.");

    /// <summary>The disk, or the user's share of it, is full.</summary>
    public static readonly ErrorDefinition DiskFull = new("DiskFull", ErrorKind.WriteError,
        "The disk is full, or this user's quota is used up. Existing files were not changed.",
        "Free some space, or specify a path on another disk.");

    /// <summary>The operating system reports an error while a file is written.</summary>
    public static readonly ErrorDefinition FileWriteFailed = new("FileWriteFailed", ErrorKind.WriteError,
        "The operating system reported an error while a file was written. Existing files were not changed.",
        "Check the disk, share or network drive that holds the folder.");

    /// <summary>Symbolic links that form a loop, or have too many steps.</summary>
    public static readonly ErrorDefinition LinkCycle = new("LinkCycle", ErrorKind.ReadError,
        "The symbolic links in a path form a loop or have more than 40 steps.",
        "Specify a path without these links.");

    /// <summary>A path that goes back from a symbolic link.</summary>
    public static readonly ErrorDefinition PathLeadsElsewhere = new("PathLeadsElsewhere", ErrorKind.InvalidArgument,
        "A path has '..' behind a symbolic link, or behind something that is not a folder or cannot be opened: the system goes back from where the link leads, and PowerShell from where the link is.",
        "Specify the path without '..'.");

    /// <summary>A symbolic link whose target is not Unicode text, and looks like that of another link.</summary>
    public static readonly ErrorDefinition LinkTargetInvalid = new("LinkTargetInvalid", ErrorKind.InvalidData,
        "The target of a symbolic link is not valid Unicode (UTF-8), so that it looks like another path, or the link leads elsewhere than its text says, or to another file for each process.",
        "Rename what it leads to, and make the link again.");
}
