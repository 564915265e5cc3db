using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Bundles;

/// <summary>An entry of a transparency log as a bundle carries it (<c>dev.sigstore.rekor.v1.TransparencyLogEntry</c>); unverified.</summary>
public sealed record TransparencyLogEntry
{
    /// <summary>The entry's global index; not the index in the proof's tree.</summary>
    public required long LogIndex { get; init; }

    /// <summary>The log's key identifier: 32 bytes.</summary>
    public required ReadOnlyMemory<byte> LogId { get; init; }

    /// <summary>The entry's kind: <c>hashedrekord</c>, <c>dsse</c> or <c>intoto</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The kind's version: <c>0.0.1</c> or <c>0.0.2</c>.</summary>
    public required string KindVersion { get; init; }

    /// <summary>When the log says it took the entry, in seconds since 1970-01-01 UTC; 0 means that it does not say.</summary>
    public long IntegratedTime { get; init; }

    /// <summary>The signed entry timestamp of Rekor v1 (<c>inclusionPromise</c>); null where there is none.</summary>
    public ReadOnlyMemory<byte>? SignedEntryTimestamp { get; init; }

    /// <summary>The Merkle inclusion proof; null where there is none.</summary>
    public InclusionProof? InclusionProof { get; init; }

    /// <summary>The entry's exact bytes, of which the log's leaf is made.</summary>
    public required ReadOnlyMemory<byte> CanonicalizedBody { get; init; }
}

/// <summary>A proof that an entry is in a log's tree (RFC 6962, section 2.1.1).</summary>
/// <param name="LogIndex">The leaf's index in the tree.</param>
/// <param name="TreeSize">The number of leaves.</param>
/// <param name="RootHash">The tree's root: 32 bytes.</param>
/// <param name="Hashes">The audit path, from the leaf upward; 32 bytes each.</param>
/// <param name="Checkpoint">The log's signed note over size and root; null where the bundle has none.</param>
public sealed record InclusionProof(
    long LogIndex, long TreeSize, ReadOnlyMemory<byte> RootHash, IReadOnlyList<ReadOnlyMemory<byte>> Hashes, string? Checkpoint);

/// <summary>Reads log entries in the JSON form of Protocol Buffers: those of bundles, and those that Rekor v2 answers with.</summary>
internal static class TransparencyLogEntryReader
{
    /// <summary>Reads an entry.</summary>
    /// <param name="entry">The message.</param>
    /// <exception cref="ModelSigningException">
    /// The error of the document's rules, or <see cref="BundleErrors.BundleIncomplete"/> where something is absent or negative.
    /// </exception>
    public static TransparencyLogEntry Read(ProtoObject entry)
    {
        ProtoObject kind = entry.Message("kindVersion") ?? throw Absent(entry, "kindVersion");
        return new TransparencyLogEntry
        {
            LogIndex = NotNegative(entry, "logIndex"),
            LogId = entry.Message("logId")?.Bytes("keyId") ?? throw Absent(entry, "logId.keyId"),
            Kind = kind.Text("kind"),
            KindVersion = kind.Text("version"),
            IntegratedTime = NotNegative(entry, "integratedTime"),
            SignedEntryTimestamp = entry.Message("inclusionPromise")?.Bytes("signedEntryTimestamp"),
            InclusionProof = entry.Message("inclusionProof") is { } proof ? ReadProof(proof) : null,
            CanonicalizedBody = entry.Bytes("canonicalizedBody") ?? throw Absent(entry, "canonicalizedBody"),
        };
    }

    private static InclusionProof ReadProof(ProtoObject proof)
    {
        string checkpoint = proof.Message("checkpoint")?.Text("envelope") ?? string.Empty;
        return new InclusionProof(
            NotNegative(proof, "logIndex"),
            NotNegative(proof, "treeSize"),
            proof.Bytes("rootHash") ?? default(ReadOnlyMemory<byte>),
            // A tree has at most 2^63 leaves, so a path has at most 63 nodes.
            proof.BytesList("hashes", 64),
            checkpoint.Length == 0 ? null : checkpoint);
    }

    private static long NotNegative(ProtoObject message, string name) => message.NotNegative(name, BundleErrors.BundleIncomplete);

    private static ModelSigningException Absent(ProtoObject message, string name) =>
        message.Refuse(BundleErrors.BundleIncomplete, $"'{message.PathOf(name)}' is absent");
}
