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

    /// <summary>The revision is not a name.</summary>
    public static readonly ErrorDefinition RevisionInvalid = new("RevisionInvalid", ErrorKind.InvalidArgument,
        "The specified revision cannot be a branch, a tag, a commit or a model of the store.",
        "Specify a branch, a tag or a commit with -Revision.");

    /// <summary>The store's own record of a revision.</summary>
    public static readonly ErrorDefinition ReferenceInvalid = new("ReferenceInvalid", ErrorKind.InvalidData,
        "The store's record of a revision is damaged: it is not a commit, is a link that leads elsewhere, is called like a commit, or says that a file of the revision does not exist.",
        "Do not use this copy of the model. Delete it from the store and download it again.");

    /// <summary>A store together with -AllowSymlink.</summary>
    public static readonly ErrorDefinition SymlinksOfStore = new("SymlinksOfStore", ErrorKind.InvalidArgument,
        "-Source and -AllowSymlink were used together. A store has its own rule for links, and its signatures do not allow them.",
        "Use only one of them.");

    /// <summary>A store that holds several models, of which none was named.</summary>
    public static readonly ErrorDefinition RevisionAmbiguous = new("RevisionAmbiguous", ErrorKind.InvalidArgument,
        "The store contains several models, and no revision was specified.",
        "Specify one with -Revision, and for the first model of a comparison with -ReferenceRevision.");

    /// <summary>A signature of a store's model needs a place of its own.</summary>
    public static readonly ErrorDefinition StoreSignaturePath = new("StoreSignaturePath", ErrorKind.InvalidArgument,
        "This store does not have a folder for each model, so the signature has no default path.",
        "Specify the signature with -SignaturePath.");

    /// <summary>An index, a manifest or a layout that breaks the specification.</summary>
    public static readonly ErrorDefinition ManifestInvalid = new("StoreManifestInvalid", ErrorKind.InvalidData,
        "An index or a manifest of the store is not valid or too large, or programs would read it in different ways: it mixes two kinds of documents, or spells a member differently.",
        "Download the model from the registry again.");

    /// <summary>Indexes that lead on and on.</summary>
    public static readonly ErrorDefinition IndexTooDeep = new("IndexTooDeep", ErrorKind.LimitsExceeded,
        "The indexes of a layout are nested more than 8 levels deep, or name more than 10,000 manifests or 100 attestations.",
        "Copy the one model that you want into a layout of its own.");

    /// <summary>A descriptor that is not one.</summary>
    public static readonly ErrorDefinition DescriptorInvalid = new("DescriptorInvalid", ErrorKind.InvalidData,
        "A descriptor in an index or a manifest is not an object, or has annotations that are not text or too many of them.",
        "Do not use the model. Download it from the registry again.");

    /// <summary>A descriptor whose digest is a path.</summary>
    public static readonly ErrorDefinition DescriptorEscapes = new("DescriptorEscapes", ErrorKind.SecurityError,
        "A digest in an index or a manifest is a path, so that programs could read a file outside the store.",
        "Do not use the model. Report it to the registry that it came from.");

    /// <summary>A descriptor whose digest is not valid.</summary>
    public static readonly ErrorDefinition DescriptorDigestInvalid = new("DescriptorDigestInvalid", ErrorKind.InvalidData,
        "A descriptor in an index or a manifest has no digest, or one that is not 'sha256:' or 'sha512:' and all its lowercase hexadecimal digits.",
        "Package the model again with a tool that writes digests of SHA-256.");

    /// <summary>A descriptor whose size is not valid.</summary>
    public static readonly ErrorDefinition DescriptorSizeInvalid = new("DescriptorSizeInvalid", ErrorKind.InvalidData,
        "A descriptor in an index or a manifest has no size, or one that is not a whole number from 0 to 9,223,372,036,854,775,807.",
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
        "A layer of the model is compressed or packed in a format that is not supported, or has a type that the tool of its store does not know.",
        "Package the model as files, tar, tar+gzip or tar+zstd.");

    /// <summary>A name that leads elsewhere, or beside which there is another.</summary>
    public static readonly ErrorDefinition StoredNameInvalid = new("StoredNameInvalid", ErrorKind.SecurityError,
        "A file name in the store leads outside the model or outside the folder of its layer, is nested too deeply, or one file has two names.",
        "Do not use the model. Ask its publisher for one with plain relative names.");

    /// <summary>A name that two files have.</summary>
    public static readonly ErrorDefinition StoredNameTwice = new("StoredNameTwice", ErrorKind.SecurityError,
        "Two files in the store have the same name, or a file has the name of a folder, so that one replaces the other when they are unpacked.",
        "Do not use the model. Ask its publisher for one in which each name occurs once.");

    /// <summary>Names that are the same on some systems.</summary>
    public static readonly ErrorDefinition StoredNameCollides = new("StoredNameCollides", ErrorKind.InvalidData,
        "Two names in the store differ only in letter case or in the form of their accents, so that they are one file on Windows and macOS.",
        "Ask the publisher for a model whose names differ on all systems.");

    /// <summary>A tar that is damaged or ambiguous.</summary>
    public static readonly ErrorDefinition TarDamaged = new("TarDamaged", ErrorKind.InvalidData,
        "A tar file is damaged, ends too early, has data after its end, or has records that tools read in different ways.",
        "Download the model again. If the error returns, ask its publisher.");

    /// <summary>A tar that nothing closes.</summary>
    public static readonly ErrorDefinition TarUnclosed = new("TarUnclosed", ErrorKind.InvalidData,
        "A tar file does not end with the two blocks of zeros that POSIX requires, so it may have been cut off.",
        "Download the model again. If the error returns, its publisher must pack it with a tool that closes tar files (umoci repack does, umoci insert does not).");

    /// <summary>An entry of a tar that is not a file or a folder of the model.</summary>
    public static readonly ErrorDefinition TarEntryRefused = new("TarEntryRefused", ErrorKind.InvalidData,
        "A tar file contains an entry of a type that is not supported, a folder with content, names in another character set than UTF-8, or attributes by which a file system shows other files.",
        "Ask the publisher for a model that is packed as a POSIX tar of plain files.");

    /// <summary>A name in a tar that leads elsewhere.</summary>
    public static readonly ErrorDefinition TarNameEscapes = new("TarNameEscapes", ErrorKind.SecurityError,
        "A tar file contains a name that is absolute, leads outside the model, or has empty components.",
        "Do not unpack it. Ask the publisher for a model with plain relative names.");

    /// <summary>A link in a tar.</summary>
    public static readonly ErrorDefinition TarLinkRefused = new("TarLinkRefused", ErrorKind.SecurityError,
        "A tar file contains a hard or symbolic link.",
        "Do not unpack it. Ask the publisher for a model with files in place of links.");

    /// <summary>A device in a tar.</summary>
    public static readonly ErrorDefinition TarDeviceRefused = new("TarDeviceRefused", ErrorKind.SecurityError,
        "A tar file contains a device or a FIFO.",
        "Do not unpack it. No model has devices: report it to the registry that it came from.");

    /// <summary>A sparse file in a tar.</summary>
    public static readonly ErrorDefinition TarSparseRefused = new("TarSparseRefused", ErrorKind.InvalidData,
        "A tar file contains a sparse file, which programs unpack in different ways.",
        "Ask the publisher to pack the model without sparse files (tar without --sparse).");

    /// <summary>More than is read of a tar.</summary>
    public static readonly ErrorDefinition TarTooLarge = new("TarTooLarge", ErrorKind.LimitsExceeded,
        "A tar file has more than 1,000,000 entries, too many or too long names (134,217,728 characters together, 4,096 bytes each), a record of names longer than 64 KiB, or a file longer than a tar can hold.",
        "Do not unpack it. No tool that packs models writes such a tar file.");

    /// <summary>A layer that unpacks to far more than it should.</summary>
    public static readonly ErrorDefinition LayerBomb = new("LayerBomb", ErrorKind.LimitsExceeded,
        "The compressed layers of a model together expand to far more bytes than a model's layers can have, or one needs more than 128 MiB of memory to be unpacked, or is there under more than eight names; or a large file is there under more than 64 names.",
        "Do not unpack it. If the model is genuine, ask for an uncompressed layer.");

    /// <summary>A layer of an image that removes what others hold.</summary>
    public static readonly ErrorDefinition LayerWhiteout = new("LayerWhiteout", ErrorKind.InvalidData,
        "A layer of a container image removes files of other layers (a whiteout), so the files of the layers are not those of the image.",
        "Build an image in which no layer removes files, or unpack it with its own tool and verify the folder.");

    /// <summary>A link of a snapshot that leaves the repository, or that leads to more than a file.</summary>
    public static readonly ErrorDefinition SnapshotLinkRefused = new("SnapshotLinkRefused", ErrorKind.SecurityError,
        "A file of a Hugging Face snapshot is a link that does not point directly to a file in its repository's folder 'blobs'.",
        "Do not use this cache. Delete the repository's folder and download the model again.");

    /// <summary>A link of a snapshot to a link, such as itself.</summary>
    public static readonly ErrorDefinition SnapshotLinkChained = new("SnapshotLinkChained", ErrorKind.SecurityError,
        "A file of a Hugging Face snapshot is a link to another link, or to itself.",
        "Do not use this cache. Delete the repository's folder and download the model again.");

    /// <summary>A link of a snapshot to nothing.</summary>
    public static readonly ErrorDefinition SnapshotBlobMissing = new("SnapshotBlobMissing", ErrorKind.ObjectNotFound,
        "A file of a Hugging Face snapshot is a link to a blob that does not exist, for example because it was deleted to free space.",
        "Download the model again with 'hf download --force-download'.");

    /// <summary>A download that was interrupted.</summary>
    public static readonly ErrorDefinition SnapshotIncomplete = new("SnapshotIncomplete", ErrorKind.InvalidData,
        "A file of a Hugging Face snapshot was not downloaded completely.",
        "Finish the download with 'hf download'.");
}
