using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Certificates;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>Whom a certificate from a bundle names, read as verification reads it. Nothing of it is verified.</summary>
/// <param name="Name">The identity.</param>
/// <param name="Issuer">Who is said to have confirmed it.</param>
public sealed record UnverifiedIdentity(SubjectName Name, string Issuer)
{
    /// <summary>The repository that is said to have called the workflow whose identity this is; null for a workflow of the repository's own, and for anybody else.</summary>
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
            return new UnverifiedIdentity(read.Name, read.Issuer) { SourceRepository = read.CalledFrom is null ? null : read.Extensions.SourceRepositoryUri };
        }
    }
}
