using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Stores;

/// <summary>The refusals of reading a model in the store of a hub or a registry.</summary>
internal static class StoreErrors
{
    /// <summary>The path is not of the store that was named.</summary>
    public static readonly ErrorDefinition StoreNotRecognised = new("StoreNotRecognised", ErrorKind.InvalidArgument,
        "The path does not have the form of the store that -Source names.",
        "Check the path, or omit -Source for a plain folder.");

    /// <summary>The store has no such revision.</summary>
    public static readonly ErrorDefinition RevisionNotFound = new("RevisionNotFound", ErrorKind.ObjectNotFound,
        "The store does not contain the specified revision.",
        "Download the revision, or specify one that the store contains.");

    /// <summary>The revision is not a name, or the store's record of it is damaged.</summary>
    public static readonly ErrorDefinition RevisionInvalid = new("RevisionInvalid", ErrorKind.InvalidData,
        "The revision is not valid, or the store's record of it is damaged.",
        "Specify a branch, a tag or a commit. If the record is damaged, download the model again.");

    /// <summary>A store together with -AllowSymlink.</summary>
    public static readonly ErrorDefinition SymlinksOfStore = new("SymlinksOfStore", ErrorKind.InvalidArgument,
        "-Source and -AllowSymlink were used together. A store has its own rule for links, and its signatures do not allow them.",
        "Use only one of them.");

    /// <summary>A store that holds several models, of which none was named.</summary>
    public static readonly ErrorDefinition RevisionAmbiguous = new("RevisionAmbiguous", ErrorKind.InvalidArgument,
        "The store contains several models, and no revision was specified.",
        "Specify one with -Revision.");

    /// <summary>A signature of a store's model needs a place of its own.</summary>
    public static readonly ErrorDefinition StoreSignaturePath = new("StoreSignaturePath", ErrorKind.InvalidArgument,
        "This store does not have a folder for each model, so the signature has no default path.",
        "Specify the signature with -SignaturePath.");

    /// <summary>An index, a manifest or a layout that breaks the specification.</summary>
    public static readonly ErrorDefinition ManifestInvalid = new("StoreManifestInvalid", ErrorKind.InvalidData,
        "An index or a manifest of the store is not valid, too deep or too large, or programs would read it in different ways: it mixes two kinds of documents, or spells a member differently.",
        "Download the model from the registry again.");

    /// <summary>A descriptor whose digest or size is not valid.</summary>
    public static readonly ErrorDefinition DescriptorInvalid = new("DescriptorInvalid", ErrorKind.InvalidData,
        "A descriptor in an index or a manifest has no valid digest (sha256 or sha512), size or annotation.",
        "Do not use the model. Download it from the registry again.");

    /// <summary>A blob that is not in the store.</summary>
    public static readonly ErrorDefinition BlobMissing = new("BlobMissing", ErrorKind.ObjectNotFound,
        "A blob that a manifest names is not in the store, or is a link or a folder.",
        "Download the model from the registry again.");

    /// <summary>A blob whose length is not the descriptor's.</summary>
    public static readonly ErrorDefinition BlobSizeWrong = new("BlobSizeWrong", ErrorKind.ReadError,
        "A blob does not have the length that its descriptor specifies.",
        "Download the model from the registry again.");

    /// <summary>A blob whose digest is not the descriptor's.</summary>
    public static readonly ErrorDefinition BlobMismatch = new("BlobMismatch", ErrorKind.ReadError,
        "A blob does not match the digest in its descriptor: it was changed or damaged.",
        "Do not use the model. Download it from the registry again.");

    /// <summary>A blob that the operating system does not let anyone read.</summary>
    public static readonly ErrorDefinition BlobUnreadable = new("BlobUnreadable", ErrorKind.ReadError,
        "A blob of the store cannot be read.",
        "Check the permissions and the disk.");

    /// <summary>An index or a manifest beyond the bound.</summary>
    public static readonly ErrorDefinition BlobTooLarge = new("BlobTooLarge", ErrorKind.LimitsExceeded,
        "An index, a manifest or a configuration is larger than the limit.",
        "Do not use the model. No tool writes manifests of this size.");

    /// <summary>A layer whose files have no names.</summary>
    public static readonly ErrorDefinition LayerNameMissing = new("LayerNameMissing", ErrorKind.InvalidData,
        "A layer of the model has no file name: neither the annotations of ModelPack or ORAS nor a Kitfile name it.",
        "Package the model again with a current tool that writes names.");

    /// <summary>A layer of a type that is not read.</summary>
    public static readonly ErrorDefinition LayerTypeUnknown = new("LayerTypeUnknown", ErrorKind.InvalidData,
        "A layer of the model is compressed or packed in a format that is not supported.",
        "Package the model as files, tar, tar+gzip or tar+zstd.");

    /// <summary>A name that leads elsewhere, that two files have, or beside which there is another.</summary>
    public static readonly ErrorDefinition StoredNameInvalid = new("StoredNameInvalid", ErrorKind.SecurityError,
        "A file name in the store leads outside the model, two files have names that are the same on some systems, or one file has two names.",
        "Do not use the model. Ask its publisher for one with distinct relative names.");

    /// <summary>A tar that is damaged or ambiguous.</summary>
    public static readonly ErrorDefinition TarDamaged = new("TarDamaged", ErrorKind.InvalidData,
        "A tar file is damaged, ends too early, has data after its end, or has records that tools read in different ways.",
        "Download the model again. If the error returns, ask its publisher.");

    /// <summary>A tar that nothing closes.</summary>
    public static readonly ErrorDefinition TarUnclosed = new("TarUnclosed", ErrorKind.InvalidData,
        "A tar file does not end with the two blocks of zeros that POSIX requires, so it may have been cut off.",
        "Download the model again. If the error returns, its publisher must pack it with a tool that closes tar files (umoci repack does, umoci insert does not).");

    /// <summary>An entry of a tar that is not a file or a folder of the model.</summary>
    public static readonly ErrorDefinition TarEntryRefused = new("TarEntryRefused", ErrorKind.SecurityError,
        "A tar file contains a link, a device, a sparse file, or a name that leads outside the model.",
        "Do not unpack it. Ask the publisher for a model with plain files only.");

    /// <summary>A layer that unpacks to far more than it should.</summary>
    public static readonly ErrorDefinition LayerBomb = new("LayerBomb", ErrorKind.LimitsExceeded,
        "A compressed layer expands to far more bytes than a layer of a model can have.",
        "Do not unpack it. If the model is genuine, ask for an uncompressed layer.");

    /// <summary>A layer of an image that removes what others hold.</summary>
    public static readonly ErrorDefinition LayerWhiteout = new("LayerWhiteout", ErrorKind.InvalidData,
        "A layer of a container image removes files of other layers (a whiteout), so the files of the layers are not those of the image.",
        "Build an image in which no layer removes files, or unpack it with its own tool and verify the folder.");

    /// <summary>A link of a snapshot that leaves the repository, or that leads to more than a file.</summary>
    public static readonly ErrorDefinition SnapshotLinkRefused = new("SnapshotLinkRefused", ErrorKind.SecurityError,
        "A file of a Hugging Face snapshot is a link that does not point directly to a file in its repository's folder 'blobs'.",
        "Do not use this cache. Delete the repository's folder and download the model again.");

    /// <summary>A download that was interrupted.</summary>
    public static readonly ErrorDefinition SnapshotIncomplete = new("SnapshotIncomplete", ErrorKind.InvalidData,
        "A file of a Hugging Face snapshot was not downloaded completely, or its blob was deleted.",
        "Download the model again with 'hf download'.");
}
