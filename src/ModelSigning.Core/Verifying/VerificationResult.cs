using ModelSigning.Core.Models;

namespace ModelSigning.Core.Verifying;

/// <summary>How a model compares with a statement whose signature holds.</summary>
public sealed record VerificationResult
{
    /// <summary>Whether the model is exactly what was signed. Nothing else is a reason to use it.</summary>
    public bool IsValid => Difference.IsEmpty;

    /// <summary>The model's full path.</summary>
    public required string ModelPath { get; init; }

    /// <summary><see cref="ModelSource.Kind"/> of where the files came from.</summary>
    public required string Source { get; init; }

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

    /// <summary>SHA-256 of the signature file's bytes that were verified.</summary>
    internal ReadOnlyMemory<byte> SignatureDigest { get; init; }

    /// <summary>Sentences that a person should see although the model is valid, or besides its differences.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
