using ModelSigning.Core.Bundles;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Signing;

/// <summary>What is to be signed, and how.</summary>
public sealed record SigningRequest
{
    /// <summary>A directory or a file; a relative path starts at <see cref="CurrentDirectory"/>.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The full path that relative paths start at.</summary>
    public required string CurrentDirectory { get; init; }

    /// <summary>Where the model lies, unless it is the plain folder or file at <see cref="ModelPath"/>.</summary>
    public ModelSource? Source { get; init; }

    /// <summary>What signs; it is called once, when everything is hashed. Null is enough to check where the signature goes.</summary>
    public ISigner? Signer { get; init; }

    /// <summary>What hashes.</summary>
    public required HashSettings Hashing { get; init; }

    /// <summary>
    /// Where the signature goes, absolute or relative to <see cref="CurrentDirectory"/>; null for <c>model.sig</c> inside a directory
    /// and <c>‹file›.sig</c> beside a single file.
    /// </summary>
    public string? SignaturePath { get; init; }

    /// <summary>Whether a signature that exists is replaced.</summary>
    public bool Force { get; init; }

    /// <summary>The digest algorithm of the resources.</summary>
    public DigestAlgorithm HashType { get; init; } = DigestAlgorithm.Sha256;

    /// <summary>The shards' length in bytes, at least 1; null to hash whole files.</summary>
    public long? ShardSize { get; init; }

    /// <summary>Whether shards carry the label of the Python and Go tools, <c>sha256-sharded-1000</c>, without which these refuse them.</summary>
    public bool SizedShardLabels { get; init; }

    /// <inheritdoc cref="ModelFilesOptions.IgnorePaths"/>
    public IReadOnlyList<string> IgnorePaths { get; init; } = [];

    /// <inheritdoc cref="ModelFilesOptions.IgnoreGitPaths"/>
    public bool IgnoreGitPaths { get; init; } = true;

    /// <inheritdoc cref="ModelFilesOptions.AllowSymlinks"/>
    public bool AllowSymlinks { get; init; }

    /// <summary>An earlier signature of the model, whose digests are signed again for the files that did not change since; null to hash every file.</summary>
    public EarlierSignature? Earlier { get; init; }

    /// <summary>The full path of the manifest file to write besides, for a later <see cref="Earlier"/>; null for none. One that is there is replaced if <see cref="Force"/> says so.</summary>
    public string? ManifestPath { get; init; }

    /// <summary>
    /// Called once when the files of the model are hashed, before anything is written; of many files on a thread of its own, while the statement is signed. What it throws ends the signing. Null for nothing.
    /// </summary>
    internal Action<CancellationToken>? Hashed { get; init; }

    /// <summary>Tells the time, to know which files changed just now.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How the file system reads names.</summary>
    internal FileSystemRules Rules { get; init; } = FileSystemRules.Current;
}

/// <summary>What was signed.</summary>
public sealed record SigningResult
{
    /// <summary>The model's full path.</summary>
    public required string ModelPath { get; init; }

    /// <summary><see cref="ModelSource.Kind"/> of where the files came from.</summary>
    public required string Source { get; init; }

    /// <summary>The full path of the signature that was written.</summary>
    public required string SignaturePath { get; init; }

    /// <summary>The method that the bundle is of, as a verifier will say it.</summary>
    public required SignatureMethod Method { get; init; }

    /// <summary>The model's manifest.</summary>
    public required Manifest Manifest { get; init; }

    /// <summary>The digest of the whole model: 32 bytes of SHA-256.</summary>
    public required ReadOnlyMemory<byte> RootDigest { get; init; }

    /// <summary>How many files the signature covers.</summary>
    public required int FileCount { get; init; }

    /// <summary>How many bytes they have together.</summary>
    public required long ByteCount { get; init; }

    /// <summary>The files that were not hashed, because their digests were signed before and they did not change since; sorted.</summary>
    public IReadOnlyList<string> ReusedFiles { get; init; } = [];

    /// <summary>Sentences that a person should see.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
