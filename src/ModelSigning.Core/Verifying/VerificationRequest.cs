using ModelSigning.Core.Bundles;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Verifying;

/// <summary>What is to be verified, and against what.</summary>
public sealed record VerificationRequest
{
    /// <summary>A directory or a file; a relative path starts at <see cref="CurrentDirectory"/>.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The full path that relative paths start at.</summary>
    public required string CurrentDirectory { get; init; }

    /// <summary>Where the model lies, unless it is the plain folder or file at <see cref="ModelPath"/>.</summary>
    public ModelSource? Source { get; init; }

    /// <summary>Whom the caller trusts.</summary>
    public required SignatureVerifier Verifier { get; init; }

    /// <summary>
    /// Where it depends on the model's path whom the caller trusts: whom for the folder of a given path. A single file that turns out to be
    /// signed with its folder is verified as
    /// its folder would be. Null when it is <see cref="Verifier"/> for every path.
    /// </summary>
    public Func<string, SignatureVerifier>? FolderVerifier { get; init; }

    /// <summary>
    /// The verifier of the first rule among one and those of the folders that a path lies in: what lies in a folder must not come under a later rule than that of the folder, because who may write there can put a signature beside it.
    /// </summary>
    /// <param name="first">The verifier of what the path is.</param>
    /// <param name="path">The full path of a file.</param>
    internal SignatureVerifier FirstVerifier(SignatureVerifier first, string path)
    {
        for (string? above = Path.GetDirectoryName(path); above is not null && FolderVerifier is not null; above = Path.GetDirectoryName(above))
        {
            first = FolderVerifier(above) is var ofOne && ofOne.ComesBefore(first) ? ofOne : first;
        }

        return first;
    }

    /// <summary>What hashes.</summary>
    public required HashSettings Hashing { get; init; }

    /// <summary>
    /// The signature, absolute or relative to <see cref="CurrentDirectory"/>; null to look where <see cref="SignatureLocation.Find"/>
    /// looks.
    /// </summary>
    public string? SignaturePath { get; init; }

    /// <summary>Which files of a signed folder to verify (<see cref="IncludedFiles"/>); empty for all of it.</summary>
    public IReadOnlyList<string> IncludePaths { get; init; } = [];

    /// <inheritdoc cref="ModelFilesOptions.IgnorePaths"/>
    /// <remarks>They excuse files that were not signed; a file that was signed is verified all the same, and a single file must be signed.</remarks>
    public IReadOnlyList<string> IgnorePaths { get; init; } = [];

    /// <inheritdoc cref="ModelFilesOptions.IgnoreGitPaths"/>
    public bool IgnoreGitPaths { get; init; } = true;

    /// <summary>
    /// Whether files that were not signed are not a difference; <see cref="VerificationResult.UncheckedPaths"/> names them. A single file must be
    /// signed all the same.
    /// </summary>
    public bool IgnoreUnsignedFiles { get; init; }

    /// <summary>Whether symbolic links are refused although the statement allows them.</summary>
    public bool ForbidSymlinks { get; init; }

    /// <summary>How the file system reads names.</summary>
    internal FileSystemRules Rules { get; init; } = FileSystemRules.Current;

    /// <summary>The full path of the file with the claims about the model, where <see cref="Verifier"/> requires any; null for the one beside the model.</summary>
    public string? ClaimsPath { get; init; }
}

/// <summary>How a model compares with a statement whose signature holds.</summary>
public sealed record VerificationResult
{
    /// <summary>Whether the model is exactly what was signed. Nothing else is a reason to use it.</summary>
    public bool IsValid => Difference.IsEmpty;

    /// <summary>The model's full path.</summary>
    public required string ModelPath { get; init; }

    /// <summary><see cref="ModelSource.Kind"/> of where the files came from.</summary>
    public required string Source { get; init; }

    /// <summary><see cref="ModelSource.Revision"/> of where the files came from.</summary>
    public string? Revision { get; init; }

    /// <summary>Where the store keeps changed files whose names are not on the disk, by their names.</summary>
    public IReadOnlyDictionary<string, string> StoredAs { get; init; } = new Dictionary<string, string>();

    /// <summary>The full path of the signature that was taken.</summary>
    public required string SignaturePath { get; init; }

    /// <summary>What was signed, and by whom.</summary>
    public required VerifiedManifest Statement { get; init; }

    /// <summary>All differences; empty for a valid model.</summary>
    public required ManifestDifference Difference { get; init; }

    /// <summary>Whether everything that was signed was compared, or some files of it.</summary>
    public required VerificationScope Scope { get; init; }

    /// <summary>The files that a partial verdict is about, signed or not, sorted; empty where it is about everything.</summary>
    public IReadOnlyList<string> CheckedFiles { get; init; } = [];

    /// <summary>Whether the files were compared, or a manifest of them.</summary>
    public VerificationBasis Basis { get; init; } = VerificationBasis.Files;

    /// <summary>Whether what was asked about is among the signed files; a folder always is.</summary>
    public required bool IsListed { get; init; }

    /// <summary>What found the signature good.</summary>
    public required SignatureVerifier Verifier { get; init; }

    /// <summary>The changed files that would be as they were signed with other line ends (CRLF and LF). They are changed all the same.</summary>
    public IReadOnlyList<string> LineEndsOnly { get; init; } = [];

    /// <summary>The changed files that are pointers of git LFS, because a clone did not fetch the files themselves.</summary>
    public IReadOnlyList<string> LfsPointers { get; init; } = [];

    /// <summary>How many signed files were hashed.</summary>
    public required int FileCount { get; init; }

    /// <summary>How many bytes they have together.</summary>
    public required long ByteCount { get; init; }

    /// <summary>
    /// What is there and neither signed nor compared, but for the signature: files, and folders with all that is in them and not signed. The
    /// signer, the caller or git's defaults
    /// leave it out, or it is an empty file beside shards. <c>.</c> stands for the rest of the folder where only some files of it were verified, and for all of it where a
    /// manifest was.
    /// </summary>
    public required IReadOnlyList<string> UncheckedPaths { get; init; }

    /// <summary>The files of <see cref="UncheckedPaths"/> one by one, where the model is packed in a store; null where they lie on the disk.</summary>
    internal IReadOnlyList<string>? UncheckedFiles { get; init; }

    /// <summary>SHA-256 of the signature file's bytes that were verified.</summary>
    internal ReadOnlyMemory<byte> SignatureDigest { get; init; }

    /// <summary>Sentences that a person should see although the model is valid, or besides its differences.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>How much of what was signed a verdict is about.</summary>
public enum VerificationScope
{
    /// <summary>Everything that was signed, and what lies beside it.</summary>
    Whole,

    /// <summary>Some of the files that were signed, and nothing else of the folder.</summary>
    Partial,
}

/// <summary>What was compared with what was signed.</summary>
public enum VerificationBasis
{
    /// <summary>The files themselves, read and hashed.</summary>
    Files,

    /// <summary>A manifest that someone made of them. No file was read, so nothing is known of the files that are there now.</summary>
    Manifest,
}
