using System.Text;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Input;
using ModelSigning.Sigstore.Keys;

namespace ModelSigning.Sigstore.TransparencyLog;

/// <summary>The promise of a Rekor v1 log to include an entry, which also confirms the time (the bundle's <c>inclusionPromise</c>).</summary>
internal static class SignedEntryTimestamp
{
    /// <summary>
    /// Whether a log made an entry's promise: its signature over the canonical JSON (RFC 8785) of body, time, log and global index.
    /// </summary>
    internal static bool Verify(TransparencyLogEntry entry, ReadOnlySpan<byte> signature, VerificationKey key)
    {
        string canonical = Invariant(
            $$"""{"body":"{{Convert.ToBase64String(entry.CanonicalizedBody.Span)}}","integratedTime":{{entry.IntegratedTime}},"logID":"{{Hexadecimal.Write(entry.LogId.Span)}}","logIndex":{{entry.LogIndex}}}""");
        return key.VerifyData(Encoding.ASCII.GetBytes(canonical), signature);
    }
}
