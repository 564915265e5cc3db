using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Timestamps;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Policy;

/// <summary>
/// A certificate that leads to one of the policy's:
/// <c>{ "type": "certificate", "certificateAuthority": ["root.pem"], "subject": "CN=Release, O=Example" }</c>.
/// </summary>
public sealed class CertificateSignerKind : ISignerKind
{
    /// <inheritdoc/>
    public string Type => "certificate";

    /// <inheritdoc/>
    public TrustedSigner Read(PolicyElement signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        IReadOnlyList<X509Certificate2> anchors = PolicyFiles.Certificates(signer, "certificateAuthority");
        if (anchors.Count == 0)
        {
            throw signer.Invalid($"{signer.Where} needs a member 'certificateAuthority' with the trusted certificates.");
        }

        IReadOnlyList<TimestampAuthority> clocks = PolicyFiles.TimestampAuthorities(signer);
        string? fingerprint = signer.OptionalText("fingerprint");
        if (fingerprint is not null && (fingerprint.Length != 64 || !fingerprint.All(char.IsAsciiHexDigitLower)))
        {
            throw signer.Invalid($"'fingerprint' of {signer.Where} must be the SHA-256 of a certificate: 64 lowercase hexadecimal digits.");
        }

        string? subject = signer.OptionalText("subject");
        CertificateTrust trust = new()
        {
            Certificates = anchors,
            AllowPartialChain = signer.Flag("allowPartialChain"),
            Subject = subject is null ? null : Subject(subject, signer),
            Fingerprint = fingerprint,
            TimestampAuthorities = clocks,
        };
        return new TrustedSigner(Type, Describe(subject, fingerprint, anchors), new CertificateVerifier(trust))
        {
            CanHaveTime = clocks.Count > 0,
            Advice = subject is null && fingerprint is null
                ? ["Anyone with a certificate from the authority can sign. Restrict the signer with subject or fingerprint."]
                : [],
        };
    }

    private static CertificateSubject Subject(string text, PolicyElement signer)
    {
        try
        {
            return CertificateSubject.Parse(text);
        }
        catch (ModelSigningException refusal)
        {
            throw signer.Invalid($"'subject' in {signer.Where}: {refusal.Message}");
        }
    }

    private static string Describe(string? subject, string? fingerprint, IReadOnlyList<X509Certificate2> anchors)
    {
        string signer = subject is null ? "A certificate" : $"The certificate '{subject}'";
        string exactly = fingerprint is null ? "" : $" with the fingerprint {fingerprint}";
        return $"{signer}{exactly} under {string.Join(" or ", anchors.Select(anchor => $"'{anchor.DisplaySubject()}'"))}";
    }
}
