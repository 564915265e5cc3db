using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Timestamps;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing.Certificates;

using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Certificates;

/// <summary>Authorities, and signing and verifying with what they issue, at times that a test chooses.</summary>
public abstract class CertificateScene
{
    private protected static readonly byte[] Statement = Encoding.UTF8.GetBytes(
        """
        {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"m","digest":{"sha256":"ROOT"}}],
         "predicateType":"https://model_signing/signature/v1.0",
         "predicate":{"serialization":{"method":"files","hash_type":"sha256","allow_symlinks":false},
          "resources":[{"name":"a","algorithm":"sha256","digest":"DIGEST"}]}}
        """.Replace("DIGEST", Convert.ToHexString(SHA256.HashData("a"u8)).ToLowerInvariant(), StringComparison.Ordinal)
        .Replace("ROOT", Convert.ToHexString(SHA256.HashData(SHA256.HashData("a"u8))).ToLowerInvariant(), StringComparison.Ordinal));

    private protected TestCertificate Root { get; } = TestCertificate.SelfSigned(Authority("Root"));

    private protected TestCertificate TimestampRoot { get; } = TestCertificate.SelfSigned(Authority("Timestamp root"));

    private protected static Bundle Sign(
        TestCertificate leaf, DateTimeOffset now, IReadOnlyList<X509Certificate2>? chain = null, Core.Signing.TimestampRequest? timestamp = null) =>
        new CertificateSigner(new EcPrivateKey((ECDsa)leaf.Key, "test"), [leaf.Certificate, .. chain ?? []], timestamp, new Clock(now))
            .Sign(Statement, CancellationToken.None);

    /// <summary>A bundle that our own signer would refuse to make.</summary>
    private protected static Bundle Forge(TestCertificate leaf) => new()
    {
        Version = BundleVersion.V03,
        VerificationMaterial = new VerificationMaterial { X509CertificateChain = [leaf.Certificate.RawData] },
        DsseEnvelope = new DsseEnvelope
        {
            PayloadType = InTotoStatement.MediaType,
            Payload = Statement,
            Signatures = [new DsseSignature(((ECDsa)leaf.Key).SignData(
                DsseEnvelope.PreAuthenticationEncoding(InTotoStatement.MediaType, Statement), HashAlgorithmName.SHA256,
                DSASignatureFormat.Rfc3279DerSequence), null)],
        },
    };

    private protected static Bundle WithTimestamp(Bundle bundle, byte[]? timestamp) => bundle with
    {
        VerificationMaterial = bundle.VerificationMaterial with { Rfc3161Timestamps = timestamp is null ? [] : [timestamp] },
    };

    private protected static ErrorDefinition SigningRefused(TestCertificate leaf, DateTimeOffset now) => Assert.Throws<ModelSigningException>(() =>
    {
        using X509Certificate2 whole = leaf.WithPrivateKey();
        _ = new CertificateSigner(CertificateKey.Of(whole), [leaf.Certificate], null, new Clock(now));
    }).Definition;

    private protected CertificateEvidence Verify(Bundle bundle, DateTimeOffset now, TestCertificate? timestampRoot = null)
    {
        CertificateTrust trust = new()
        {
            Certificates = [Root.Certificate],
            TimestampAuthorities = TrustedTimestampAuthorities.Of(timestampRoot is null ? [] : [timestampRoot.Certificate], allowPartialChain: false),
        };
        return Assert.IsType<CertificateEvidence>(new CertificateVerifier(trust, new Clock(now)).Verify(bundle).Evidence);
    }

    private protected ErrorDefinition Refusal(Bundle bundle, DateTimeOffset now, TestCertificate? timestampRoot = null) =>
        Assert.Throws<ModelSigningException>(() => Verify(bundle, now, timestampRoot)).Definition;

    private protected sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
