using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>What a verification established; that there is one means that every step succeeded.</summary>
public sealed record SigstoreVerification
{
    /// <summary>Who signed; null for a signature made with a key.</summary>
    public VerifiedIdentity? Identity { get; init; }

    /// <summary>The certificate's validated path, the signing one first; empty for a signature made with a key.</summary>
    public IReadOnlyList<X509Certificate2> CertificatePath { get; init; } = [];

    /// <summary>The key that verified, in words: <c>ECDSA P-256</c>.</summary>
    public required string KeyName { get; init; }

    /// <summary>The key's hint, base64 of the SHA-256 of its DER form; null for a signature with a certificate.</summary>
    public string? KeyHint { get; init; }

    /// <summary>The times at which the signature existed, earliest first; empty when none is confirmed.</summary>
    public required IReadOnlyList<VerifiedTime> Times { get; init; }

    /// <summary>The log entries that were verified.</summary>
    public required IReadOnlyList<VerifiedLogEntry> LogEntries { get; init; }

    /// <summary>The envelope's payload, its exact bytes; null for a message signature.</summary>
    public ReadOnlyMemory<byte>? Payload { get; init; }

    /// <summary>What the steps found, in their order.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
}
