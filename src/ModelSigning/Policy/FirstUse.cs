using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

/// <summary>A signer that a model's signature names, and the rule that would trust it from now on.</summary>
/// <param name="Name">The model's name: the last component of its path.</param>
/// <param name="Description">The signer in one line.</param>
/// <param name="WriteSigner">Writes the signer's members into a policy.</param>
internal sealed record FirstUse(string Name, string Description, Action<Utf8JsonWriter> WriteSigner)
{
    /// <summary>The pin of the only model that the rule accepts; null to accept every model of the signer.</summary>
    internal string? Pin { get; init; }

    /// <summary>Finds the signer of a bundle. It is trusted only after the bundle has been verified with it.</summary>
    /// <param name="bundle">The model's signature.</param>
    /// <param name="model">The model's full path.</param>
    /// <param name="keys">The public keys that it may be of; a bundle only names its key.</param>
    /// <param name="sigstoreInstance">The registered instance to verify identities with; null for the public one.</param>
    /// <exception cref="Core.Errors.ModelSigningException">The signer cannot be found from the bundle and the keys.</exception>
    internal static FirstUse Of(Bundle bundle, string model, IReadOnlyList<EcPublicKey> keys, string? sigstoreInstance)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(model));
        if (name.AsSpan().IndexOfAny('*', '?', '\\') >= 0)
        {
            throw CommandErrors.FirstUseUnknown.At($"The name '{name}' would be a pattern in a policy. Write its rule by hand, or rename the model.", model);
        }

        VerificationMaterial material = bundle.VerificationMaterial;
        (string description, Action<Utf8JsonWriter> write) =
            material.PublicKey is { } identifier ? Key(bundle, identifier, model, keys)
            : material.TlogEntries.Count > 0 ? Identity(material, model, sigstoreInstance)
            : Certificate(material);
        return new FirstUse(name, Printable.Of(description), write);
    }

    private static (string Description, Action<Utf8JsonWriter> Write) Key(
        Bundle bundle, PublicKeyIdentifier identifier, string model, IReadOnlyList<EcPublicKey> keys)
    {
        EcPublicKey key = keys.FirstOrDefault(key => string.IsNullOrEmpty(identifier.Hint) ? key.Verify(bundle.DsseEnvelope!) : key.Hint == identifier.Hint)
            ?? throw VerifyingErrors.KeyMismatch.At(
                $"'{model}' was signed with the key {identifier.Hint}, and -PublicKey gives no such key. Get the signer's public key over a way that you trust.", model);
        return ($"The key {key.Hint}", writer =>
        {
            writer.WriteString("type", "key");
            writer.WriteString("publicKey", key.Pem);
        }
        );
    }

    // The last certificate that the bundle carries: the root where the signer sent it along, else what is nearest to it.
    private static (string Description, Action<Utf8JsonWriter> Write) Certificate(VerificationMaterial material)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> chain = material.X509CertificateChain ?? [material.Certificate!.Value];
        using X509Certificate2 leaf = CertificateReader.FromDer(chain[0].Span, "the signing certificate");
        using X509Certificate2 anchor = CertificateReader.FromDer(chain[^1].Span, "the last certificate of the bundle");
        (string subject, string authority, string pem) = (leaf.Subject, anchor.DisplaySubject(), anchor.ExportCertificatePem());
        bool isRoot = anchor.SubjectName.RawData.AsSpan().SequenceEqual(anchor.IssuerName.RawData);
        return ($"The certificate '{subject}' under '{authority}'", writer =>
        {
            writer.WriteString("type", "certificate");
            writer.WriteStartArray("certificateAuthority");
            writer.WriteStringValue(pem);
            writer.WriteEndArray();
            writer.WriteString("subject", subject);
            if (!isRoot)
            {
                writer.WriteBoolean("allowPartialChain", true);
            }
        }
        );
    }

    private static (string Description, Action<Utf8JsonWriter> Write) Identity(VerificationMaterial material, string model, string? instance)
    {
        SignerClaims claims = SignerClaims.Of(material);
        string issuer = claims.Issuer ?? throw CommandErrors.FirstUseUnknown.At($"The certificate of '{model}' names no issuer of its identity.", model);
        return ($"{claims.Signer} ({issuer})", writer =>
        {
            writer.WriteString("type", "sigstore");
            writer.WriteString("identity", claims.Signer);
            writer.WriteString("issuer", issuer);
            if (instance is not null)
            {
                writer.WriteString("sigstoreInstance", instance);
            }
        }
        );
    }

    /// <summary>The rule, said to be of a day; null for a rule that is only tried.</summary>
    internal RuleDraft ToRule(string? day) =>
        new(Name, Name, $"Trusted on first use{(day is null ? "" : $", {day} UTC")}. Compare the signer with what its maker publishes elsewhere.", WriteSigner)
        {
            Pin = Pin,
        };
}
