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
    /// Whether files that were not signed are no difference; <see cref="VerificationResult.UncheckedPaths"/> names them. A single file must be
    /// signed all the same.
    /// </summary>
    public bool IgnoreUnsignedFiles { get; init; }

    /// <summary>Whether symbolic links are refused although the statement allows them.</summary>
    public bool ForbidSymlinks { get; init; }

    /// <summary>How the file system reads names.</summary>
    internal FileSystemRules Rules { get; init; } = FileSystemRules.Current;

    /// <summary>The full path of the file with the claims about the model, where <see cref="Verifier"/> demands any; null for the one beside the model.</summary>
    public string? ClaimsPath { get; init; }
}
