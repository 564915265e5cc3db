using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Certificates;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>Whom a certificate from a bundle names, read as verification reads it. Nothing of it is verified.</summary>
/// <param name="Name">The identity.</param>
/// <param name="Issuer">Who is said to have confirmed it.</param>
public sealed record UnverifiedIdentity(SubjectName Name, string Issuer)
{
    /// <summary>The repository that the workflow is said to have worked for: its own, or one that called it. Null for anybody else.</summary>
    public string? SourceRepository { get; init; }

    /// <summary>Reads the claim.</summary>
    /// <param name="certificate">The certificate in DER.</param>
    /// <exception cref="ModelSigningException">One of <see cref="SigstoreErrors"/>: verification would refuse the certificate too.</exception>
    public static UnverifiedIdentity Of(ReadOnlyMemory<byte> certificate)
    {
        DecodedCertificate decoded = BundleCertificate.Decode(certificate);
        using (decoded.Certificate)
        {
            VerifiedIdentity read = IdentityStep.Read(decoded);
            return new UnverifiedIdentity(read.Name, read.Issuer) { SourceRepository = read.SourceRepository };
        }
    }
}
