using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Stores;

/// <summary>The refusals of reading a model in the store of a hub or a registry.</summary>
public static class StoreErrors
{
    /// <summary>The path is not of the store that was named.</summary>
    public static readonly ErrorDefinition StoreNotRecognised = new("StoreNotRecognised", ErrorKind.InvalidArgument,
        "The path does not have the form of the store that -Source names.",
        "Check the path, or omit -Source for a plain folder.");

    /// <summary>The store has no such revision.</summary>
    public static readonly ErrorDefinition RevisionNotFound = new("RevisionNotFound", ErrorKind.ObjectNotFound,
        "The store does not hold the revision that was asked for.",
        "Download the revision, or specify one that is there.");

    /// <summary>The revision is not a name, or the store's record of it is damaged.</summary>
    public static readonly ErrorDefinition RevisionInvalid = new("RevisionInvalid", ErrorKind.InvalidData,
        "The revision is not valid, or what the store has recorded for it is not.",
        "Specify a branch, a tag or a commit; if the record is damaged, download the model again.");

    /// <summary>A store together with -AllowSymlink.</summary>
    public static readonly ErrorDefinition SymlinksOfStore = new("SymlinksOfStore", ErrorKind.InvalidArgument,
        "-Source and -AllowSymlink were used together. A store has a rule of its own for links, and its signatures do not allow them.",
        "Use only one of them.");

    /// <summary>A link of a snapshot that leaves the repository, or that leads to more than a file.</summary>
    public static readonly ErrorDefinition SnapshotLinkRefused = new("SnapshotLinkRefused", ErrorKind.SecurityError,
        "A file of a Hugging Face snapshot is a link that does not lead straight to a file in the 'blobs' of its repository.",
        "Do not use this cache. Delete the repository's folder and download the model again.");

    /// <summary>A download that was interrupted.</summary>
    public static readonly ErrorDefinition SnapshotIncomplete = new("SnapshotIncomplete", ErrorKind.InvalidData,
        "A file of a Hugging Face snapshot was not downloaded completely, or its blob was deleted.",
        "Download the model again with 'hf download'.");
}
