using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Bundles;

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
