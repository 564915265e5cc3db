using ModelSigning.Core.Bundles;
using ModelSigning.Sigstore.Trust;

namespace ModelSigning.Sigstore.Verifying;

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
