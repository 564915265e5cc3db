using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning.Sigstore.Signing;

/// <summary>Verifies an entry as soon as its log has answered: log, promise, checkpoint, proof, and that it is about our signature.</summary>
internal static class LogEntryCheck
{
    private static readonly Dictionary<ErrorDefinition, ErrorDefinition> Refusals = new()
    {
        [SigstoreErrors.LogUnknown] = SigstoreSigningErrors.RekorLogUnknown,
        [SigstoreErrors.LogSet] = SigstoreSigningErrors.RekorPromiseInvalid,
        [SigstoreErrors.LogCheckpoint] = SigstoreSigningErrors.RekorCheckpointInvalid,
        [SigstoreErrors.LogProof] = SigstoreSigningErrors.RekorProofInvalid,
        [SigstoreErrors.LogBody] = SigstoreSigningErrors.RekorEntryOther,
    };

    /// <summary>Verifies an entry.</summary>
    /// <param name="bundle">The bundle with this entry and no other.</param>
    /// <param name="policy">A policy that the signer fulfils.</param>
    /// <param name="root">The logs to rely on.</param>
    /// <param name="artifact">The signed file; null for an envelope.</param>
    /// <param name="version">The version of Rekor's interface.</param>
    /// <param name="log">The log's address, for errors.</param>
    public static void Verify(Bundle bundle, VerificationPolicy policy, TrustedRoot root, IArtifact? artifact, long version, Uri log)
    {
        TransparencyLogEntry entry = bundle.VerificationMaterial.TlogEntries[0];
        string? absent = entry.InclusionProof is null ? "inclusion proof"
            : entry.InclusionProof.Checkpoint is null ? "checkpoint"
            : version == 1 && entry.SignedEntryTimestamp is null ? "signed entry timestamp"
            : null;
        if (absent is not null)
        {
            throw SigstoreSigningErrors.RekorEntryIncomplete.At($"The transparency log at '{log}' returned an entry without {absent}.", log.ToString());
        }

        try
        {
            Findings findings = new();
            SignedContent content = BundleShape.Check(bundle, policy, findings);
            LogBodyStep.Check(content, LogEntryStep.Verify(content, root, threshold: 1, findings), artifact);
        }
        catch (ModelSigningException error) when (Refusals.TryGetValue(error.Definition, out ErrorDefinition? refusal))
        {
            throw refusal.At($"The entry from the transparency log at '{log}' cannot be used. {error.Message}", log.ToString(), error);
        }
    }
}
