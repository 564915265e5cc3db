using ModelSigning.Core.Bundles;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Verifying;

/// <summary>What is to be verified, and against what.</summary>
public sealed record VerificationRequest
{
    /// <summary>A directory or a file; a relative path starts at <see cref="CurrentDirectory"/>.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The full path that relative paths start at.</summary>
    public required string CurrentDirectory { get; init; }

    /// <summary>Whom the caller trusts.</summary>
    public required SignatureVerifier Verifier { get; init; }

    /// <summary>What hashes.</summary>
    public required HashSettings Hashing { get; init; }

    /// <summary>
    /// The signature, absolute or relative to <see cref="CurrentDirectory"/>; null to look where <see cref="SignatureLocation.Find"/>
    /// looks.
    /// </summary>
    public string? SignaturePath { get; init; }

    /// <inheritdoc cref="ModelFilesOptions.IgnorePaths"/>
    /// <remarks>They excuse files that were not signed; a file that was signed is verified all the same.</remarks>
    public IReadOnlyList<string> IgnorePaths { get; init; } = [];

    /// <inheritdoc cref="ModelFilesOptions.IgnoreGitPaths"/>
    public bool IgnoreGitPaths { get; init; } = true;

    /// <summary>Whether files that were not signed are no difference. The model's folders are not even listed then.</summary>
    public bool IgnoreUnsignedFiles { get; init; }

    /// <summary>Whether symbolic links are refused although the statement allows them.</summary>
    public bool ForbidSymlinks { get; init; }
}
