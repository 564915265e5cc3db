using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning;

/// <summary>Whom a bundle's material names. Nothing of it is verified.</summary>
internal sealed record UnverifiedSigner(SignatureMethod Method, string Signer)
{
    private const string Unreadable = "(a certificate that cannot be read)";

    internal string? Issuer { get; private init; }

    internal string? SourceRepository { get; private init; }

    internal DateTime? NotBefore { get; private init; }

    internal DateTime? NotAfter { get; private init; }

    /// <summary>Reads the claims of a bundle's material.</summary>
    internal static UnverifiedSigner Of(VerificationMaterial material)
    {
        if (material.PublicKey is { } key)
        {
            return new UnverifiedSigner(material.ClaimedMethod, string.IsNullOrEmpty(key.Hint) ? "(a key without a hint)" : key.Hint);
        }

        SignatureMethod method = material.ClaimedMethod;
        ReadOnlyMemory<byte> leaf = material.Certificate ?? material.X509CertificateChain![0];
        if (!CertificateReader.TryFromDer(leaf.Span, out X509Certificate2? certificate))
        {
            return new UnverifiedSigner(method, Unreadable);
        }

        using (certificate)
        {
            try
            {
                UnverifiedIdentity? identity = method == SignatureMethod.Sigstore ? UnverifiedIdentity.Of(leaf) : null;
                return new UnverifiedSigner(method, identity?.Name.Value ?? certificate.Subject)
                {
                    Issuer = identity?.Issuer ?? certificate.Issuer,
                    SourceRepository = identity?.SourceRepository,
                    NotBefore = certificate.NotBefore.ToUniversalTime(),
                    NotAfter = certificate.NotAfter.ToUniversalTime(),
                };
            }
            catch (Exception exception) when (exception is ModelSigningException or CryptographicException)
            {
                return new UnverifiedSigner(method, Unreadable);
            }
        }
    }
}
