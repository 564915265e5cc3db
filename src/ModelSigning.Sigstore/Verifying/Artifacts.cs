using System.Security.Cryptography;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>The thing that a signature is said to be of.</summary>
public interface IArtifact
{
    /// <summary>Its digest.</summary>
    /// <param name="algorithm">SHA-256, SHA-384 or SHA-512.</param>
    /// <exception cref="ModelSigningException">The digest cannot be had.</exception>
    ReadOnlyMemory<byte> Digest(HashAlgorithmName algorithm);

    /// <summary>The digests that can be had, best first.</summary>
    IReadOnlyList<HashAlgorithmName> Algorithms { get; }

    /// <summary>Its bytes, for keys that sign no digest.</summary>
    /// <exception cref="ModelSigningException">Only a digest is known, or it is too large.</exception>
    ReadOnlyMemory<byte> Content { get; }

    /// <summary>What to call it in messages.</summary>
    string Name { get; }
}

/// <summary>A file; it is read when a digest is wanted, once for each algorithm.</summary>
/// <param name="path">The file's path.</param>
/// <param name="cancellationToken">Ends the reading at once.</param>
public sealed class FileArtifact(string path, CancellationToken cancellationToken = default) : IArtifact
{
    private const int PieceLength = 1024 * 1024;
    private const int MaximumContent = 64 * 1024 * 1024;
    private static readonly InputRules ContentRules = new("file signed with Ed25519", MaximumContent, SigstoreErrors.Digest)
    {
        NotFound = SigstoreErrors.ArtifactUnreadable,
        Unreadable = SigstoreErrors.ArtifactUnreadable,
    };

    private readonly Dictionary<HashAlgorithmName, byte[]> _digests = [];

    /// <inheritdoc/>
    public IReadOnlyList<HashAlgorithmName> Algorithms { get; } = [HashAlgorithmName.SHA256, HashAlgorithmName.SHA384, HashAlgorithmName.SHA512];

    /// <inheritdoc/>
    public string Name => path;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Content => BoundedFile.Read(path, ContentRules);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Digest(HashAlgorithmName algorithm)
    {
        if (!_digests.TryGetValue(algorithm, out byte[]? digest))
        {
            try
            {
                digest = Hash(algorithm);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw SigstoreErrors.ArtifactUnreadable.At($"The file '{path}' cannot be read: {error.Message}", path, error);
            }

            _digests[algorithm] = digest;
        }

        return digest;
    }

    /// <summary>Whether what was hashed begins as the bytes that the signature of an envelope is over: a signature of the file would be one of the envelope, too.</summary>
    internal bool IsEncodedEnvelope { get; private set; }

    private byte[] Hash(HashAlgorithmName algorithm)
    {
        using FileStream stream = RegularFile.Open(path);
        using IncrementalHash hash = IncrementalHash.CreateHash(algorithm);
        byte[] piece = new byte[PieceLength];
        bool isFirst = true;
        for (int read; (read = stream.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false)) > 0; isFirst = false)
        {
            IsEncodedEnvelope |= isFirst && DsseEnvelope.IsEncoding(piece.AsSpan(0, read));
            hash.AppendData(piece, 0, read);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return hash.GetHashAndReset();
    }
}

/// <summary>Something of which only the digest is known.</summary>
/// <param name="known">The digest's algorithm.</param>
/// <param name="digest">The digest.</param>
public sealed class DigestArtifact(HashAlgorithmName known, ReadOnlyMemory<byte> digest) : IArtifact
{
    /// <inheritdoc/>
    public IReadOnlyList<HashAlgorithmName> Algorithms { get; } = [known];

    /// <inheritdoc/>
    public string Name => $"{known.Name!.ToLowerInvariant()}:{Hexadecimal.Write(digest.Span)}";

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Content =>
        throw SigstoreErrors.Digest.At("The key signs the file itself (Ed25519), so a digest is not enough. Specify the file.", Name);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Digest(HashAlgorithmName algorithm) => algorithm == known
        ? digest
        : throw SigstoreErrors.Digest.At($"The signature uses the {algorithm.Name} digest, but {known.Name} was specified. Specify the file.", Name);
}
