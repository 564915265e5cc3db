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
        "The manifest file to write exists already, or holds the manifest of another model of the same run.",
        "Give -Force to replace an older file, or another path.");

    /// <summary>Not a manifest file.</summary>
    public static readonly ErrorDefinition ManifestFileMalformed = new("ManifestFileMalformed", ErrorKind.InvalidData,
        "A line of the manifest file is not what the format says, or the file is not a manifest file of version 1.",
        "Write it again with Get-ModelManifest -OutFile. docs/datasets.md describes the format.");

    /// <summary>A name that leads out of the model.</summary>
    public static readonly ErrorDefinition ManifestFileName = new("ManifestFileName", ErrorKind.InvalidData,
        "The manifest file lists a name that is not a relative path inside the model.",
        "Do not use the file. Hash the model again.");

    /// <summary>Out of order, or twice.</summary>
    public static readonly ErrorDefinition ManifestFileOrder = new("ManifestFileOrder", ErrorKind.InvalidData,
        "The manifest file does not list its names sorted, or lists one twice.",
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
        "The manifest file is one part of several, and a whole manifest is needed.",
        "Join all parts with Join-ModelManifest first.");

    /// <summary>Parts of different listings or settings.</summary>
    public static readonly ErrorDefinition ManifestPartsDiffer = new("ManifestPartsDiffer", ErrorKind.InvalidData,
        "The parts were not made of the same files with the same settings: files came, went or changed their length between them, or the parameters differed.",
        "Stop what writes to the dataset, and hash the parts that differ again with the same parameters.");

    /// <summary>A part is missing.</summary>
    public static readonly ErrorDefinition ManifestPartMissing = new("ManifestPartMissing", ErrorKind.InvalidData,
        "Not all parts of the manifest were given.",
        "Run Get-ModelManifest -Part again for the part that is missing.");

    /// <summary>A part twice.</summary>
    public static readonly ErrorDefinition ManifestPartDoubled = new("ManifestPartDoubled", ErrorKind.InvalidData,
        "One part of the manifest was given twice.",
        "Give each part once. If they came from different runs, keep the last.");
}
