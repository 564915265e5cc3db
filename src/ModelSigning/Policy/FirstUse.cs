using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Verifying;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning;

/// <summary>A signer that a model's signature names, and the rule that would trust it from now on.</summary>
/// <param name="Model">The model's full path.</param>
/// <param name="Description">The signer in one line, with the digest that identifies it.</param>
/// <param name="WriteSigner">Writes the signer's members into a policy.</param>
internal sealed record FirstUse(string Model, string Description, Action<Utf8JsonWriter> WriteSigner)
{
    /// <summary>The model's name: the last component of its path.</summary>
    internal string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Model));

    /// <summary>The pin of the only model that the rule accepts; null to accept every model of the signer.</summary>
    internal string? Pin { get; init; }

    /// <summary>The full path of the signature.</summary>
    internal string Signature { get; init; } = "";

    /// <summary>Finds the signer of a bundle. It is trusted only after the bundle has been verified with it.</summary>
    /// <param name="bundle">The model's signature.</param>
    /// <param name="model">The model's full path.</param>
    /// <param name="options">What the caller decided.</param>
    /// <exception cref="ModelSigningException">The signer cannot be found from the bundle and the keys.</exception>
    internal static FirstUse Of(Bundle bundle, string model, FirstUseOptions options)
    {
        VerificationMaterial material = bundle.VerificationMaterial;
        (string description, Action<Utf8JsonWriter> write) =
            material.PublicKey is { } identifier ? Key(bundle, identifier, model, options.Keys)
            : material.TlogEntries.Count > 0 ? Identity(material, model, options.SigstoreInstance)
            : Certificate(material, model, options.PinIssuer);
        return new FirstUse(model, Printable.Of(description), write);
    }

    private static (string Description, Action<Utf8JsonWriter> Write) Key(
        Bundle bundle, PublicKeyIdentifier identifier, string model, IReadOnlyList<EcPublicKey> keys)
    {
        DsseEnvelope envelope = bundle.DsseEnvelope ?? throw StatementErrors.EnvelopeMissing.At($"'{model}' has the signature of a file's digest, not of a model.", model);
        EcPublicKey key = keys.FirstOrDefault(key => string.IsNullOrEmpty(identifier.Hint) ? key.Verify(envelope) : key.Hint == identifier.Hint)
            ?? throw VerifyingErrors.KeyMismatch.At(
                $"'{model}' was signed with the key {identifier.Hint}, which is not among the keys of -PublicKey. Get the signer's public key through a channel that you trust.", model);
        return ($"The key {key.Hint}", writer =>
        {
            writer.WriteString("type", "key");
            writer.WriteString("publicKey", key.Pem);
        }
        );
    }

    // No signature covers the chain in a bundle, so someone on the way can put another one there. What nobody can exchange is the signing certificate
    // itself, because its key signed, and the key of its issuer, because that one signed the certificate.
    private static (string Description, Action<Utf8JsonWriter> Write) Certificate(VerificationMaterial material, string model, bool pinIssuer)
    {
        List<X509Certificate2> chain = CertificateReader.FromDer(material.X509CertificateChain ?? [material.Certificate!.Value], "the signature");
        try
        {
            X509Certificate2 leaf = chain[0];
            string? subject = SubjectOf(leaf);
            if (!pinIssuer)
            {
                string fingerprint = leaf.Sha256Fingerprint();
                return ($"The certificate '{leaf.DisplaySubject()}' with the SHA-256 fingerprint {fingerprint}", Writer(leaf.ExportCertificatePem(), subject, fingerprint));
            }

            X509Certificate2 issuer = CertificatePath.IssuerOf(leaf, chain) ?? throw CommandErrors.FirstUseUnknown.At(
                $"The signature of '{model}' does not contain the certificate that issued '{leaf.DisplaySubject()}'. Omit -PinIssuer to trust that certificate alone.", model);
            return subject is null
                ? throw CommandErrors.FirstUseUnknown.At(
                    $"The certificate of '{model}' has no subject that a policy can name. Omit -PinIssuer to trust that certificate alone.", model)
                : ($"Every certificate of '{leaf.DisplaySubject()}' that '{issuer.DisplaySubject()}', whose own has the SHA-256 fingerprint {issuer.Sha256Fingerprint()} (compare it: its limits are its own claim), or an authority below it issues",
                    Writer(issuer.ExportCertificatePem(), subject, null));
        }
        finally
        {
            chain.ForEach(certificate => certificate.Dispose());
        }
    }

    private static Action<Utf8JsonWriter> Writer(string anchor, string? subject, string? fingerprint) => writer =>
    {
        writer.WriteString("type", "certificate");
        writer.WriteStartArray("certificateAuthority");
        writer.WriteStringValue(anchor);
        writer.WriteEndArray();
        if (subject is not null)
        {
            writer.WriteString("subject", subject);
        }

        if (fingerprint is not null)
        {
            writer.WriteString("fingerprint", fingerprint);
        }

        writer.WriteBoolean("allowPartialChain", true);
    };

    // The subject as a policy can name it; null for one that it cannot.
    private static string? SubjectOf(X509Certificate2 leaf)
    {
        try
        {
            return CertificateSubject.Parse(leaf.Subject).IsOf(leaf) ? leaf.Subject : null;
        }
        catch (Exception exception) when (exception is ModelSigningException or System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    private static UnverifiedIdentity Named(VerificationMaterial material, string model)
    {
        try
        {
            return UnverifiedIdentity.Of(material.Certificate ?? material.X509CertificateChain![0]);
        }
        catch (ModelSigningException refusal)
        {
            throw CommandErrors.FirstUseUnknown.At($"The certificate of '{model}' has no name that a policy could trust. {refusal.Message}", model, refusal);
        }
    }

    private static (string Description, Action<Utf8JsonWriter> Write) Identity(VerificationMaterial material, string model, string? instance)
    {
        UnverifiedIdentity claimed = Named(material, model);
        string caller = claimed.SourceRepository is { } repository ? $", for the repository {repository} and no other" : "";
        return ($"{claimed.Name.Value} ({claimed.Issuer}){caller}", writer =>
        {
            writer.WriteString("type", "sigstore");
            writer.WriteString("identity", claimed.Name.Value);
            writer.WriteString("issuer", claimed.Issuer);
            if (claimed.SourceRepository is { } source)
            {
                writer.WriteString("sourceRepository", source);
            }

            if (instance is not null)
            {
                writer.WriteString("sigstoreInstance", instance);
            }
        }
        );
    }
}

/// <summary>What the caller decided about first use.</summary>
/// <param name="Keys">The public keys that a signature may be of; a bundle only names its key.</param>
/// <param name="SigstoreInstance">The registered instance to verify identities with; null for the public one.</param>
/// <param name="PinIssuer">Whether a certificate's issuer is trusted, for its subject, instead of the certificate alone.</param>
internal sealed record FirstUseOptions(IReadOnlyList<EcPublicKey> Keys, string? SigstoreInstance, bool PinIssuer);
