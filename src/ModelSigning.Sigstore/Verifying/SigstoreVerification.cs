using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Bundles;
using ModelSigning.Sigstore.Trust;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>What a verification established; that there is one means that every step succeeded.</summary>
public sealed record SigstoreVerification
{
    /// <summary>Who signed; null for a signature made with a key.</summary>
    public VerifiedIdentity? Identity { get; init; }

    /// <summary>The certificate's validated path, the signing one first; empty for a signature made with a key.</summary>
    public IReadOnlyList<X509Certificate2> CertificatePath { get; init; } = [];

    /// <summary>The certificates of its paths at earlier times than the last one.</summary>
    internal IReadOnlyList<X509Certificate2> EarlierCertificates { get; init; } = [];

    /// <summary>The key that verified, in words: <c>ECDSA P-256</c>.</summary>
    public required string KeyName { get; init; }

    /// <summary>The key's hint, base64 of the SHA-256 of its DER form; null for a signature with a certificate.</summary>
    public string? KeyHint { get; init; }

    /// <summary>The times at which the signature existed, earliest first; empty when none is confirmed.</summary>
    public required IReadOnlyList<VerifiedTime> Times { get; init; }

    /// <summary>The log entries that were verified.</summary>
    public required IReadOnlyList<VerifiedLogEntry> LogEntries { get; init; }

    /// <summary>What to know although it is valid.</summary>
    internal IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The keys of these logs in DER.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> LogKeys { get; init; } = [];

    /// <summary>The envelope's payload, its exact bytes; null for a message signature.</summary>
    public ReadOnlyMemory<byte>? Payload { get; init; }

    /// <summary>What the steps found, in their order.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
}

/// <summary>An entry of a listed log that was verified: promise, checkpoint and proof, as far as they are there, and the body against the bundle.</summary>
/// <param name="Log">The log's address.</param>
/// <param name="LogIndex">The entry's global index as the log's promise has it, or else its index in the log's tree.</param>
/// <param name="Kind">The entry's kind and version: <c>dsse 0.0.1</c>.</param>
/// <param name="IntegratedTime">When the log took the entry, if the log confirms it.</param>
public sealed record VerifiedLogEntry(Uri Log, long LogIndex, string Kind, DateTimeOffset? IntegratedTime);

/// <summary>A verified entry with what later steps need of it.</summary>
/// <param name="Verified">What was verified.</param>
/// <param name="Entry">The entry.</param>
/// <param name="Instance">The log.</param>
/// <param name="Listings">Every listing of the log in the trusted root: one for each period of its key.</param>
internal sealed record LogEvidence(VerifiedLogEntry Verified, TransparencyLogEntry Entry, LogInstance Instance, IReadOnlyList<LogInstance> Listings);

/// <summary>The clocks that can confirm a signing time.</summary>
public enum TimeSourceKind
{
    /// <summary>A timestamp authority (RFC 3161).</summary>
    TimestampAuthority,

    /// <summary>A transparency log's signed entry timestamp.</summary>
    TransparencyLog,
}

/// <summary>A time at which the signature existed, by a clock that the trusted root lists.</summary>
/// <param name="Time">The time, in UTC.</param>
/// <param name="Kind">The sort of clock.</param>
/// <param name="Source">The clock's address or name.</param>
public sealed record VerifiedTime(DateTimeOffset Time, TimeSourceKind Kind, string Source)
{
    /// <summary>What counts once against a threshold: the operator, or else the clock.</summary>
    internal string CountedAs { get; init; } = Source;

    /// <summary>The certificate of the timestamp authority; null for a log.</summary>
    internal X509Certificate2? Signer { get; init; }

    /// <summary>The validated path of <see cref="Signer"/>, that one first; empty for a log.</summary>
    internal IReadOnlyList<X509Certificate2> Path { get; init; } = [];
}

/// <summary>What a step of a verification found, for people who want to see how a verdict came about.</summary>
/// <param name="Step">The step's name.</param>
/// <param name="Text">The finding, without a full stop.</param>
public sealed record Finding(string Step, string Text);

/// <summary>Collects what the steps find.</summary>
internal sealed class Findings
{
    private readonly List<Finding> _list = [];

    internal IReadOnlyList<Finding> List => _list;

    internal void Add(string step, string text) => _list.Add(new Finding(step, text));
}
