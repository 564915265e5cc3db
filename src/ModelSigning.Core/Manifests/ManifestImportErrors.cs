using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Manifests;

/// <summary>The refusals of lists of digests that other programs wrote.</summary>
internal static class ManifestImportErrors
{
    /// <summary>A line that is not of the form.</summary>
    public static readonly ErrorDefinition ImportMalformed = new("ManifestImportMalformed", ErrorKind.InvalidData,
        "A line of the list does not have the format of a manifest file, of sha256sum (64 hexadecimal digits, a space, a space or *, the name), or of a table of Get-ModelManifest with the columns Name, Algorithm and Digest.",
        "Write the list again, with sha256sum without --tag or -z, or with Get-ModelManifest | Export-Csv.");

    /// <summary>A name that leads out of the model.</summary>
    public static readonly ErrorDefinition ImportName = new("ManifestImportName", ErrorKind.InvalidData,
        "The list contains a name that is not a relative path inside the model.",
        "Run sha256sum in the model's folder, so that the names are relative to it.");

    /// <summary>A name twice.</summary>
    public static readonly ErrorDefinition ImportTwice = new("ManifestImportTwice", ErrorKind.InvalidData,
        "The list contains the same name twice.",
        "List each file once.");

    /// <summary>A digest of another length or algorithm.</summary>
    public static readonly ErrorDefinition ImportDigest = new("ManifestImportDigest", ErrorKind.InvalidData,
        "A digest of the list does not have the length of its algorithm, which is SHA-256 for lists of sha256sum.",
        "Use sha256sum. For BLAKE2b and BLAKE3 use Get-ModelManifest -HashAlgorithm with -OutFile or Export-Csv.");

    /// <summary>Several algorithms, or one that is not known.</summary>
    public static readonly ErrorDefinition ImportAlgorithm = new("ManifestImportAlgorithm", ErrorKind.InvalidData,
        "The table has more than one hash algorithm, or one that is not supported.",
        "Use the whole output of one Get-ModelManifest command.");

    /// <summary>Tensors, which are not files.</summary>
    public static readonly ErrorDefinition ImportTensors = new("ManifestImportTensors", ErrorKind.InvalidData,
        "The table lists tensors, not files.",
        "Use Get-ModelManifest without -Tensor. To compare tensors, use Compare-ModelManifest (Import-Csv FILE) MODEL -Tensor.");

    /// <summary>Shards, whose size a table does not have.</summary>
    public static readonly ErrorDefinition ImportShards = new("ManifestImportShards", ErrorKind.NotImplemented,
        "The table lists shards, but does not say how large they are.",
        "Use Get-ModelManifest -OutFile, which records the shard size.");

    /// <summary>Nothing.</summary>
    public static readonly ErrorDefinition ImportEmpty = new("ManifestImportEmpty", ErrorKind.InvalidData,
        "The list contains no files.",
        "Check that the program that wrote it found the model's files.");
}
