using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Certificates;
using ModelSigning.Sigstore.Keys;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>A bundle of the right shape: evidence of the first step, which the others build on.</summary>
internal sealed record SignedContent
{
    internal required Bundle Bundle { get; init; }

    /// <summary>The signer's certificate; null for a managed key.</summary>
    internal required DecodedCertificate? Leaf { get; init; }

    /// <summary>The key that the signature must be of: the certificate's, or the caller's.</summary>
    internal required VerificationKey Key { get; init; }

    internal bool IsEnvelope => Bundle.DsseEnvelope is not null;

    /// <summary>The raw signature, which timestamps are over.</summary>
    internal ReadOnlyMemory<byte> Signature => Bundle.Signature;

    internal IReadOnlyList<TransparencyLogEntry> Entries => Bundle.VerificationMaterial.TlogEntries;
}

/// <summary>The first step: whether a bundle has the shape that its format requires of a Sigstore signature, and fits what the caller trusts.</summary>
internal static class BundleShape
{
    /// <summary>Checks a bundle.</summary>
    /// <exception cref="ModelSigningException">
    /// <see cref="SigstoreErrors.BundleShape"/>, <see cref="SigstoreErrors.BundleMaterial"/>, <see cref="SigstoreErrors.Key"/> or
    /// <see cref="SigstoreErrors.CertificateProfile"/>.
    /// </exception>
    internal static SignedContent Check(Bundle bundle, VerificationPolicy policy, Findings findings)
    {
        if (bundle.DsseEnvelope is { Signatures.Count: not 1 })
        {
            throw SigstoreErrors.BundleShape.At($"The envelope has {bundle.DsseEnvelope.Signatures.Count} signatures, but must have exactly one.");
        }

        foreach (TransparencyLogEntry entry in bundle.VerificationMaterial.TlogEntries)
        {
            CheckEntry(bundle.Version, entry);
        }

        return policy.Key is { } key ? CheckKey(bundle, key, findings) : CheckCertificate(bundle);
    }

    private static SignedContent CheckKey(Bundle bundle, ManagedKey key, Findings findings)
    {
        if (bundle.VerificationMaterial.PublicKey is not { } named)
        {
            throw SigstoreErrors.Key.At("A public key was specified, but the bundle was signed by an identity. Use -Identity and -Issuer instead.");
        }

        // The hint is not signed, so that it fits proves nothing; that it does not fit helps a person who took the wrong key.
        findings.Add("key", named.Hint is null || named.Hint == key.Hint || named.Hint == key.PemHint
            ? $"verified with the specified key, {key.Key.Name}"
            : $"the bundle has the key hint '{named.Hint}', but the specified key is '{key.Hint}' ('{key.PemHint}' of its PEM text)");
        return new SignedContent { Bundle = bundle, Leaf = null, Key = key.Key };
    }

    private static SignedContent CheckCertificate(Bundle bundle)
    {
        VerificationMaterial material = bundle.VerificationMaterial;
        if (material.PublicKey is not null)
        {
            throw SigstoreErrors.Key.At("The bundle was signed with a key, not by an identity. Specify the signer's key with -PublicKey.");
        }

        if (bundle.Version == BundleVersion.V03 && material.Certificate is null)
        {
            throw SigstoreErrors.BundleMaterial.At("The bundle has the format 0.3 and contains a certificate chain, which is not allowed for Sigstore signatures. " +
                "Use -TrustedCertificate for a signature made with a company's certificate.");
        }

        if (bundle.Version != BundleVersion.V03 && material.X509CertificateChain is null)
        {
            throw SigstoreErrors.BundleMaterial.At("The bundle has a format before 0.3 and contains a single certificate, which only 0.3 allows.");
        }

        // Only the first is used. The others give no trust, and the instances' own intermediates are in their trusted roots.
        DecodedCertificate? leaf = null;
        foreach (ReadOnlyMemory<byte> der in material.X509CertificateChain ?? [material.Certificate!.Value])
        {
            DecodedCertificate decoded = BundleCertificate.Decode(der);
            if (decoded.IsSelfIssued)
            {
                throw SigstoreErrors.BundleMaterial.At($"The bundle contains the self-issued certificate '{decoded.Certificate.DisplaySubject()}', but must not contain a root.");
            }

            if (leaf is null)
            {
                leaf = decoded;
            }
            else
            {
                decoded.Certificate.Dispose();
            }
        }

        return VerificationKey.TryImport(leaf!.SubjectPublicKeyInfo, out VerificationKey? key, out string? reason)
            ? new SignedContent { Bundle = bundle, Leaf = leaf, Key = key }
            : throw SigstoreErrors.CertificateProfile.At($"The key of the signing certificate cannot be used: {reason}.");
    }

    private static void CheckEntry(BundleVersion version, TransparencyLogEntry entry)
    {
        if (version == BundleVersion.V01 && entry.SignedEntryTimestamp is null)
        {
            throw SigstoreErrors.BundleShape.At($"The bundle has the format 0.1, but its log entry {entry.LogIndex} has no inclusion promise.");
        }

        if (version != BundleVersion.V01 && entry.InclusionProof?.Checkpoint is null)
        {
            throw SigstoreErrors.BundleShape.At($"The log entry {entry.LogIndex} has no inclusion proof with a checkpoint, which bundle formats from 0.2 require.");
        }
    }
}
