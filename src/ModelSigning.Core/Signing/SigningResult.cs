using ModelSigning.Core.Bundles;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Signing;

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
