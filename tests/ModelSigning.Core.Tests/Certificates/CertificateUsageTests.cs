using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing.Certificates;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Certificates;

/// <summary>Which certificates may sign a model: their usage, subject, validity and key.</summary>
public sealed class CertificateUsageTests : CertificateScene
{
    private const string AnyPurpose = "2.5.29.37.0", ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    [Fact]
    public void The_usage_is_digitalSignature_or_codeSigning()
    {
        foreach (CertificateSpecification good in (CertificateSpecification[])
        [
            Leaf("L") with { ExtendedKeyUsage = [AnyPurpose] },
            Leaf("L") with { ExtendedKeyUsage = [ServerAuthentication, CodeSigning] },
            Leaf("L") with { KeyUsage = null, ExtendedKeyUsage = [CodeSigning] },
            Leaf("L") with { KeyUsage = X509KeyUsageFlags.KeyEncipherment, ExtendedKeyUsage = [CodeSigning] },
        ])
        {
            Assert.Equal("CN=L", Verify(Sign(Root.Issue(good), Noon), Noon).Signer);
        }

        foreach (CertificateSpecification bad in (CertificateSpecification[])
        [
            Leaf("L") with { KeyUsage = null },
            Leaf("L") with { KeyUsage = X509KeyUsageFlags.KeyEncipherment },
            Leaf("L") with { KeyUsage = null, ExtendedKeyUsage = [ServerAuthentication] },
            Leaf("L") with { KeyUsage = null, ExtendedKeyUsage = [AnyPurpose] },
            Leaf("L") with { ExtendedKeyUsage = [ServerAuthentication] },
            Leaf("L") with { ExtendedKeyUsage = [ServerAuthentication, TimeStamping], ExtendedKeyUsageIsCritical = true },
        ])
        {
            TestCertificate leaf = Root.Issue(bad);
            Assert.Equal(CertificateErrors.UsageForbidden, SigningRefused(leaf, Noon));
            Assert.Equal(CertificateErrors.UsageForbidden, Refusal(Forge(leaf), Noon));
        }
    }

    [Fact]
    public void An_authority_with_an_extended_key_usage_issues_for_these_purposes_only()
    {
        foreach ((string[] purposes, bool accepted) in ((string[], bool)[])
            [([], true), ([CodeSigning], true), ([AnyPurpose], true), ([ServerAuthentication], false), ([TimeStamping, ServerAuthentication], false)])
        {
            TestCertificate issuer = Root.Issue(Authority("Issuer") with { ExtendedKeyUsage = purposes });
            foreach (CertificateSpecification leaf in (CertificateSpecification[])[Leaf("L"), Leaf("L") with { ExtendedKeyUsage = [CodeSigning] }])
            {
                Bundle bundle = Sign(issuer.Issue(leaf), Noon, [issuer.Certificate]);
                if (accepted)
                {
                    Assert.Equal("CN=L", Verify(bundle, Noon).Signer);
                }
                else
                {
                    Assert.Equal(CertificateErrors.UsageForbidden, Refusal(bundle, Noon));
                }
            }
        }
    }

    [Fact]
    public void A_caller_that_trusts_authorities_for_everything_demands_a_certificate_for_code_signing()
    {
        foreach ((CertificateSpecification leaf, bool accepted) in ((CertificateSpecification, bool)[])
        [
            (Leaf("L") with { ExtendedKeyUsage = [CodeSigning] }, true),
            (Leaf("L"), false),
            (Leaf("L") with { ExtendedKeyUsage = [AnyPurpose] }, false),
        ])
        {
            Bundle bundle = Sign(Root.Issue(leaf), Noon);
            CertificateVerifier verifier = new(new CertificateTrust { Certificates = [Root.Certificate], RequiresCodeSigning = true }, new Clock(Noon));
            if (accepted)
            {
                Assert.NotNull(verifier.Verify(bundle));
            }
            else
            {
                Assert.Equal(CertificateErrors.UsageForbidden, Assert.Throws<ModelSigningException>(() => verifier.Verify(bundle)).Definition);
            }
        }
    }

    [Theory]
    [InlineData("CN=L, O=Example", null)]
    [InlineData("CN=l, O=Example", "CertificateSignerMismatch")]
    [InlineData("O=Example, CN=L", "CertificateSignerMismatch")]
    [InlineData("CN=L", "CertificateSignerMismatch")]
    [InlineData("CN=L, O=Example, C=DE", "CertificateSignerMismatch")]
    [InlineData("", "CertificateSubjectInvalid")]
    [InlineData("nobody", "CertificateSubjectInvalid")]
    public void The_signing_certificate_must_have_the_subject_that_the_caller_names(string subject, string? refusal)
    {
        Bundle bundle = Sign(Root.Issue(Leaf("L") with { Subject = "CN=L, O=Example" }), Noon);
        void Verify() => new CertificateVerifier(
            new CertificateTrust { Certificates = [Root.Certificate], Subject = CertificateSubject.Parse(subject) }, new Clock(Noon)).Verify(bundle);
        Assert.Equal(refusal, (Record.Exception(Verify) as ModelSigningException)?.Definition.Id);
    }

    [Theory]
    [InlineData("0C08", "4578616D706C6500")]
    [InlineData("1E10", "004500780061006D0070006C00650000")]
    public void A_subject_whose_value_ends_with_NUL_is_not_the_subject_without_it(string head, string content)
    {
        X500DistinguishedName Named(string attribute)
        {
            byte[] value = Convert.FromHexString("0603550403" + attribute);
            byte[] sequence = [0x30, (byte)value.Length, .. value], set = [0x31, (byte)sequence.Length, .. sequence];
            return new X500DistinguishedName((byte[])[0x30, (byte)set.Length, .. set]);
        }

        CertificateSubject wanted = CertificateSubject.Parse("CN=Example");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        bool Is(X500DistinguishedName name)
        {
            using X509Certificate2 certificate = new CertificateRequest(name, key, HashAlgorithmName.SHA256)
                .Create(name, X509SignatureGenerator.CreateForECDsa(key), Noon, Noon.AddDays(1), [1]);
            return wanted.IsOf(certificate);
        }

        Assert.False(Is(Named(head + content)));
        Assert.True(Is(Named("0C074578616D706C65")));
        Assert.True(Is(Named("1E0E004500780061006D0070006C0065")));
    }

    [Fact]
    public void What_cannot_sign_is_refused_before_anything_is_signed()
    {
        TestCertificate leaf = Root.Issue(Leaf("L") with { NotBefore = Noon, NotAfter = Noon.AddHours(1) });
        Assert.Equal(CertificateErrors.NotYetValid, SigningRefused(leaf, Noon.AddSeconds(-1)));
        Assert.Equal(CertificateErrors.Expired, SigningRefused(leaf, Noon.AddHours(1).AddSeconds(1)));
        Assert.Equal(CertificateErrors.ExtensionUnknown,
            SigningRefused(Root.Issue(Leaf("L") with { Extensions = [TestCertificate.UnknownExtension(critical: true)] }), Noon));
        Assert.Equal(KeyErrors.KeyCurveRefused,
            SigningRefused(Root.Issue(Leaf("L") with { Key = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1")) }), Noon));
        Assert.Equal(KeyErrors.KeyAlgorithmRefused, SigningRefused(Root.Issue(Leaf("L") with { Key = RSA.Create(2048) }), Noon));
        Assert.Equal(CertificateErrors.KeyMismatch, Assert.Throws<ModelSigningException>(
            () => new CertificateSigner(EcPrivateKey.Generate(EcCurve.P256), [leaf.Certificate], null, new Clock(Noon))).Definition);
        Assert.Equal(CertificateErrors.Missing, Assert.Throws<ModelSigningException>(
            () => new CertificateSigner(EcPrivateKey.Generate(EcCurve.P256), [])).Definition);
    }

    [Fact]
    public void A_leaf_on_secp256k1_is_refused_whatever_it_signed()
    {
        TestCertificate leaf = Root.Issue(Leaf("L") with { Key = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1")) });
        Assert.Equal(KeyErrors.KeyCurveRefused, Refusal(Forge(leaf), Noon));
    }
}
