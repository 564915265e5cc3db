using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Manifests;

/// <summary>The refusals of manifests that are kept as files, and of joining their parts.</summary>
internal static class ManifestFileErrors
{
    /// <summary>Not there.</summary>
    public static readonly ErrorDefinition ManifestFileNotFound = new("ManifestFileNotFound", ErrorKind.ObjectNotFound,
        "The manifest file does not exist.",
        "Check the path. Get-ModelManifest -OutFile writes one.");

    /// <summary>There, and cannot be read.</summary>
    public static readonly ErrorDefinition ManifestFileUnreadable = new("ManifestFileUnreadable", ErrorKind.ReadError,
        "The manifest file cannot be read.",
        "Check the file's permissions, and that it is a regular file.");

    /// <summary>The path of the file to write is taken.</summary>
    public static readonly ErrorDefinition ManifestFileExists = new("ManifestFileExists", ErrorKind.ResourceExists,
        "The manifest file already exists, or was written for another model in the same run.",
        "Use -Force to replace an older file, or specify another path.");

    /// <summary>Not a manifest file.</summary>
    public static readonly ErrorDefinition ManifestFileMalformed = new("ManifestFileMalformed", ErrorKind.InvalidData,
        "A line of the manifest file does not follow the format, or the file is not a manifest file of version 1.",
        "Write it again with Get-ModelManifest -OutFile. docs/datasets.md describes the format.");

    /// <summary>A name that leads out of the model.</summary>
    public static readonly ErrorDefinition ManifestFileName = new("ManifestFileName", ErrorKind.InvalidData,
        "The manifest file lists a name that is not a relative path inside the model.",
        "Do not use the file. Hash the model again.");

    /// <summary>Out of order, or twice.</summary>
    public static readonly ErrorDefinition ManifestFileOrder = new("ManifestFileOrder", ErrorKind.InvalidData,
        "The names in the manifest file are not sorted, or a name is listed twice.",
        "Write it again with Get-ModelManifest -OutFile or Join-ModelManifest, and do not edit it.");

    /// <summary>Cut off, or lengthened.</summary>
    public static readonly ErrorDefinition ManifestFileIncomplete = new("ManifestFileIncomplete", ErrorKind.InvalidData,
        "The manifest file has fewer or more resources than its first line says.",
        "Copy the file again, or hash the part again.");

    /// <summary>A bound.</summary>
    public static readonly ErrorDefinition ManifestFileTooLarge = new("ManifestFileTooLarge", ErrorKind.LimitsExceeded,
        "The manifest file is larger than 2 GiB, has a line longer than 1 MiB (its first line: 16 MiB), or lists more than ten million resources.",
        "Split the dataset into several models.");

    /// <summary>A part where a whole manifest is wanted.</summary>
    public static readonly ErrorDefinition ManifestPartAlone = new("ManifestPartAlone", ErrorKind.InvalidArgument,
        "The manifest file is one of several parts, but a whole manifest is required.",
        "Join all parts with Join-ModelManifest first.");

    /// <summary>Parts of different listings or settings.</summary>
    public static readonly ErrorDefinition ManifestPartsDiffer = new("ManifestPartsDiffer", ErrorKind.InvalidData,
        "The parts were not created from the same files with the same settings: files were added, removed or changed in length between them, or the parameters differed.",
        "Make sure that no program writes to the dataset, and hash the parts that differ again with the same parameters.");

    /// <summary>A part is missing.</summary>
    public static readonly ErrorDefinition ManifestPartMissing = new("ManifestPartMissing", ErrorKind.InvalidData,
        "A part of the manifest is missing.",
        "Run Get-ModelManifest -Part for that part.");

    /// <summary>A part twice.</summary>
    public static readonly ErrorDefinition ManifestPartDoubled = new("ManifestPartDoubled", ErrorKind.InvalidData,
        "A part of the manifest was specified twice.",
        "Specify each part once. If the two are from different runs, use the later one.");
}
