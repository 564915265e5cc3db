using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing.Certificates;

using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Certificates;

/// <summary>Bundles that are signed with a certificate.</summary>
public sealed class CertificateMethodTests : CertificateScene
{
    [Theory]
    [InlineData("nistP256")]
    [InlineData("nistP384")]
    [InlineData("nistP521")]
    public void A_bundle_carries_the_certificates_and_verifies_by_theRoot(string curve)
    {
        TestCertificate intermediate = Root.Issue(Authority("Intermediate"));
        TestCertificate leaf = intermediate.Issue(Leaf("Signer") with { Key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve)) });
        Bundle bundle = Sign(leaf, Noon, [intermediate.Certificate, Root.Certificate]);
        Assert.Equal(3, bundle.VerificationMaterial.X509CertificateChain!.Count);
        bundle = BundleReader.Parse(BundleWriter.Write(bundle), "test");
        CertificateEvidence evidence = Verify(bundle, Noon);
        Assert.Equal("CN=Signer", evidence.Signer);
        Assert.Equal(leaf.Certificate.GetCertHashString(HashAlgorithmName.SHA256), evidence.Fingerprint, ignoreCase: true);
        Assert.Equal("CN=Root", evidence.Anchor);
        Assert.Null(evidence.SignedTime);
        Assert.Null(evidence.OnlyForPredicateType);
    }

    [Fact]
    public void A_lone_certificate_of_another_implementation_is_accepted()
    {
        Bundle bundle = Sign(Root.Issue(Leaf("Signer")), Noon);
        bundle = bundle with
        {
            VerificationMaterial = new VerificationMaterial { Certificate = bundle.VerificationMaterial.X509CertificateChain![0] },
        };
        Assert.Equal("CN=Signer", Verify(bundle, Noon).Signer);
    }

    [Fact]
    public void A_signature_of_another_key_or_over_another_statement_is_refused()
    {
        TestCertificate leaf = Root.Issue(Leaf("L"));
        Bundle bundle = Sign(leaf, Noon);
        Bundle other = Sign(Root.Issue(Leaf("Other")), Noon);
        Assert.Equal(VerifyingErrors.SignatureInvalid, Refusal(bundle with { DsseEnvelope = other.DsseEnvelope }, Noon));
        byte[] payload = [.. Statement, (byte)' '];
        Assert.Equal(VerifyingErrors.SignatureInvalid, Refusal(bundle with { DsseEnvelope = bundle.DsseEnvelope! with { Payload = payload } }, Noon));
    }

    [Fact]
    public void Bundles_of_other_methods_are_refused()
    {
        Bundle key = new KeySigner(EcPrivateKey.Generate(EcCurve.P256)).Sign(Statement, CancellationToken.None);
        Assert.Equal(VerifyingErrors.MethodMismatch, Refusal(key, Noon));
        Bundle bundle = Sign(Root.Issue(Leaf("L")), Noon);
        TransparencyLogEntry entry = new() { LogIndex = 1, LogId = new byte[32], Kind = "dsse", KindVersion = "0.0.1", CanonicalizedBody = new byte[1] };
        Assert.Equal(VerifyingErrors.MethodMismatch,
            Refusal(bundle with { VerificationMaterial = bundle.VerificationMaterial with { TlogEntries = [entry] } }, Noon));
    }

    [Fact]
    public void The_faulty_encoding_of_release_020_holds_only_for_its_own_statements()
    {
        TestCertificate leaf = Root.Issue(Leaf("L") with { Key = ECDsa.Create(ECCurve.NamedCurves.nistP384) });
        byte[] payload = Encoding.UTF8.GetBytes("{\"a\\\\\":'\t\r\n é'}");
        byte[] encoding = Encoding.ASCII.GetBytes(
            $"DSSEV1 28 application/vnd.in-toto+json {payload.Length} b'{{\"a\\\\\\\\\":\\'\\t\\r\\n \\xc3\\xa9\\'}}'");
        byte[] signature = ((ECDsa)leaf.Key).SignData(encoding, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Bundle bundle = Forge(leaf) with
        {
            DsseEnvelope = new DsseEnvelope
            {
                PayloadType = InTotoStatement.MediaType,
                Payload = payload,
                Signatures = [new DsseSignature(signature, null)],
            },
        };

        // The signature holds, so that the statement is read, and is none.
        Assert.StartsWith("Statement", Refusal(bundle, Noon).Id, StringComparison.Ordinal);
        byte[] current = Encoding.ASCII.GetBytes($"DSSEV1 28 application/vnd.in-toto+json {Statement.Length} b'")
            .Concat(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(Statement).Replace("\n", "\\n", StringComparison.Ordinal) + "'")).ToArray();
        signature = ((ECDsa)leaf.Key).SignData(current, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        bundle = bundle with { DsseEnvelope = bundle.DsseEnvelope! with { Payload = Statement, Signatures = [new DsseSignature(signature, null)] } };
        Assert.Equal(VerifyingErrors.EncodingObsolete, Refusal(bundle, Noon));
    }

    [Fact]
    public void A_hostile_number_of_certificates_is_refused()
    {
        Bundle bundle = Sign(Root.Issue(Leaf("L")), Noon);
        ReadOnlyMemory<byte> one = bundle.VerificationMaterial.X509CertificateChain![0];
        Assert.Equal(CertificateErrors.PathTooComplex, Refusal(bundle with
        {
            VerificationMaterial = new VerificationMaterial { X509CertificateChain = [.. Enumerable.Repeat(one, 1000)] },
        }, Noon));
        Assert.Equal(CertificateErrors.Malformed, Refusal(bundle with
        {
            VerificationMaterial = new VerificationMaterial { X509CertificateChain = [new byte[] { 0x30, 0x00 }] },
        }, Noon));
    }
}
