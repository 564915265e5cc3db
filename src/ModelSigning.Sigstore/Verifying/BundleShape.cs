using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Certificates;
using ModelSigning.Sigstore.Keys;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>The first step: whether a bundle has the shape that its format demands of a Sigstore signature, and fits what the caller trusts.</summary>
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
            throw SigstoreErrors.BundleShape.At($"The envelope has {bundle.DsseEnvelope.Signatures.Count} signatures, and exactly one is allowed.");
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
            throw SigstoreErrors.Key.At("A public key was given, and the bundle was signed by an identity with a certificate; give -Identity and -Issuer instead.");
        }

        // The hint is not signed, so that it fits proves nothing; that it does not fit helps a person who took the wrong key.
        findings.Add("key", named.Hint is null || named.Hint == key.Hint || named.Hint == key.PemHint
            ? $"verified with the given key, {key.Key.Name}"
            : $"the bundle hints at the key '{named.Hint}', and the given one is '{key.Hint}' ('{key.PemHint}' of its PEM text)");
        return new SignedContent { Bundle = bundle, Leaf = null, Key = key.Key };
    }

    private static SignedContent CheckCertificate(Bundle bundle)
    {
        VerificationMaterial material = bundle.VerificationMaterial;
        if (material.PublicKey is not null)
        {
            throw SigstoreErrors.Key.At("The bundle was signed with a key and not by an identity; give the signer's key with -PublicKey.");
        }

        if (bundle.Version == BundleVersion.V03 && material.Certificate is null)
        {
            throw SigstoreErrors.BundleMaterial.At("The bundle is of format 0.3 and carries a certificate chain, which that format's Sigstore signatures do not have; " +
                "a signature made with a company's certificate is verified with -TrustedCertificate.");
        }

        if (bundle.Version != BundleVersion.V03 && material.X509CertificateChain is null)
        {
            throw SigstoreErrors.BundleMaterial.At("The bundle is of a format before 0.3 and carries a single certificate, which only 0.3 knows.");
        }

        // Only the first is used. The others give no trust, and the instances' own intermediates are in their trusted roots.
        DecodedCertificate? leaf = null;
        foreach (ReadOnlyMemory<byte> der in material.X509CertificateChain ?? [material.Certificate!.Value])
        {
            DecodedCertificate decoded = BundleCertificate.Decode(der);
            if (decoded.IsSelfIssued)
            {
                throw SigstoreErrors.BundleMaterial.At($"The bundle carries the self-issued certificate '{decoded.Certificate.DisplaySubject()}', and a root does not belong in a bundle.");
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
            throw SigstoreErrors.BundleShape.At($"The bundle is of format 0.1, and its log entry {entry.LogIndex} has no inclusion promise.");
        }

        if (version != BundleVersion.V01 && entry.InclusionProof?.Checkpoint is null)
        {
            throw SigstoreErrors.BundleShape.At($"The log entry {entry.LogIndex} has no inclusion proof with a checkpoint, which bundles from format 0.2 on need.");
        }
    }
}
