using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Timestamps;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing.Certificates;
using ModelSigning.Testing.Timestamps;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Certificates;

/// <summary>Signing and verifying with certificates, at times that the tests choose.</summary>
public sealed class CertificateMethodTests
{
    private const string AnyPurpose = "2.5.29.37.0", ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private static readonly byte[] Statement = Encoding.UTF8.GetBytes(
        """
        {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"m","digest":{"sha256":"ROOT"}}],
         "predicateType":"https://model_signing/signature/v1.0",
         "predicate":{"serialization":{"method":"files","hash_type":"sha256","allow_symlinks":false},
          "resources":[{"name":"a","algorithm":"sha256","digest":"DIGEST"}]}}
        """.Replace("DIGEST", Convert.ToHexString(SHA256.HashData("a"u8)).ToLowerInvariant(), StringComparison.Ordinal)
        .Replace("ROOT", Convert.ToHexString(SHA256.HashData(SHA256.HashData("a"u8))).ToLowerInvariant(), StringComparison.Ordinal));

    private readonly TestCertificate _root = TestCertificate.SelfSigned(Authority("Root"));
    private readonly TestCertificate _timestampRoot = TestCertificate.SelfSigned(Authority("Timestamp root"));

    [Theory]
    [InlineData("nistP256")]
    [InlineData("nistP384")]
    [InlineData("nistP521")]
    public void A_bundle_carries_the_certificates_and_verifies_by_the_root(string curve)
    {
        TestCertificate intermediate = _root.Issue(Authority("Intermediate"));
        TestCertificate leaf = intermediate.Issue(Leaf("Signer") with { Key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve)) });
        Bundle bundle = Sign(leaf, Noon, [intermediate.Certificate, _root.Certificate]);
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
        Bundle bundle = Sign(_root.Issue(Leaf("Signer")), Noon);
        bundle = bundle with
        {
            VerificationMaterial = new VerificationMaterial { Certificate = bundle.VerificationMaterial.X509CertificateChain![0] },
        };
        Assert.Equal("CN=Signer", Verify(bundle, Noon).Signer);
    }

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
            Assert.Equal("CN=L", Verify(Sign(_root.Issue(good), Noon), Noon).Signer);
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
            TestCertificate leaf = _root.Issue(bad);
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
            TestCertificate issuer = _root.Issue(Authority("Issuer") with { ExtendedKeyUsage = purposes });
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
            Bundle bundle = Sign(_root.Issue(leaf), Noon);
            CertificateVerifier verifier = new(new CertificateTrust { Certificates = [_root.Certificate], RequiresCodeSigning = true }, new Clock(Noon));
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
        Bundle bundle = Sign(_root.Issue(Leaf("L") with { Subject = "CN=L, O=Example" }), Noon);
        void Verify() => new CertificateVerifier(
            new CertificateTrust { Certificates = [_root.Certificate], Subject = CertificateSubject.Parse(subject) }, new Clock(Noon)).Verify(bundle);
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
        TestCertificate leaf = _root.Issue(Leaf("L") with { NotBefore = Noon, NotAfter = Noon.AddHours(1) });
        Assert.Equal(CertificateErrors.NotYetValid, SigningRefused(leaf, Noon.AddSeconds(-1)));
        Assert.Equal(CertificateErrors.Expired, SigningRefused(leaf, Noon.AddHours(1).AddSeconds(1)));
        Assert.Equal(CertificateErrors.ExtensionUnknown,
            SigningRefused(_root.Issue(Leaf("L") with { Extensions = [TestCertificate.UnknownExtension(critical: true)] }), Noon));
        Assert.Equal(KeyErrors.KeyCurveRefused,
            SigningRefused(_root.Issue(Leaf("L") with { Key = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1")) }), Noon));
        Assert.Equal(KeyErrors.KeyAlgorithmRefused, SigningRefused(_root.Issue(Leaf("L") with { Key = RSA.Create(2048) }), Noon));
        Assert.Equal(CertificateErrors.KeyMismatch, Assert.Throws<ModelSigningException>(
            () => new CertificateSigner(EcPrivateKey.Generate(EcCurve.P256), [leaf.Certificate], null, new Clock(Noon))).Definition);
        Assert.Equal(CertificateErrors.Missing, Assert.Throws<ModelSigningException>(
            () => new CertificateSigner(EcPrivateKey.Generate(EcCurve.P256), [])).Definition);
    }

    [Fact]
    public void A_leaf_on_secp256k1_is_refused_whatever_it_signed()
    {
        TestCertificate leaf = _root.Issue(Leaf("L") with { Key = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1")) });
        Assert.Equal(KeyErrors.KeyCurveRefused, Refusal(Forge(leaf), Noon));
    }

    [Fact]
    public void A_signature_of_another_key_or_over_another_statement_is_refused()
    {
        TestCertificate leaf = _root.Issue(Leaf("L"));
        Bundle bundle = Sign(leaf, Noon);
        Bundle other = Sign(_root.Issue(Leaf("Other")), Noon);
        Assert.Equal(VerifyingErrors.SignatureInvalid, Refusal(bundle with { DsseEnvelope = other.DsseEnvelope }, Noon));
        byte[] payload = [.. Statement, (byte)' '];
        Assert.Equal(VerifyingErrors.SignatureInvalid, Refusal(bundle with { DsseEnvelope = bundle.DsseEnvelope! with { Payload = payload } }, Noon));
    }

    [Fact]
    public void Bundles_of_other_methods_are_refused()
    {
        Bundle key = new KeySigner(EcPrivateKey.Generate(EcCurve.P256)).Sign(Statement, CancellationToken.None);
        Assert.Equal(VerifyingErrors.MethodMismatch, Refusal(key, Noon));
        Bundle bundle = Sign(_root.Issue(Leaf("L")), Noon);
        TransparencyLogEntry entry = new() { LogIndex = 1, LogId = new byte[32], Kind = "dsse", KindVersion = "0.0.1", CanonicalizedBody = new byte[1] };
        Assert.Equal(VerifyingErrors.MethodMismatch,
            Refusal(bundle with { VerificationMaterial = bundle.VerificationMaterial with { TlogEntries = [entry] } }, Noon));
    }

    [Fact]
    public void The_faulty_encoding_of_release_020_holds_only_for_its_own_statements()
    {
        TestCertificate leaf = _root.Issue(Leaf("L") with { Key = ECDsa.Create(ECCurve.NamedCurves.nistP384) });
        byte[] payload = Encoding.UTF8.GetBytes("{\"a\\\\\":'\t\r\n é'}");
        byte[] encoding = Encoding.ASCII.GetBytes(
            $"DSSEV1 28 application/vnd.in-toto+json {payload.Length} b'{{\"a\\\\\\\\\":\\'\\t\\r\\n \\xc3\\xa9\\'}}'");
        byte[] signature = ((ECDsa)leaf.Key).SignData(encoding, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Bundle bundle = Forge(leaf) with
        {
            DsseEnvelope = new DsseEnvelope
            {
                PayloadType = DsseEnvelope.InTotoPayloadType,
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
    public void A_timestamp_keeps_a_signature_alive_after_the_certificate_has_expired()
    {
        TestCertificate leaf = _root.Issue(Leaf("L") with { NotAfter = Noon.AddHours(1) });
        TestCertificate signer = _timestampRoot.Issue(TimestampSigner("Timestamps"));
        TimestampTokenBuilder builder = new() { Signer = signer, Time = Noon.AddMinutes(30), Certificates = [signer.Certificate] };
        Bundle stamped = Sign(leaf, Noon.AddMinutes(30), timestamp: (signature, _) => builder.Respond(signature));
        DateTimeOffset later = Noon.AddYears(1);
        CertificateEvidence evidence = Verify(stamped, later, _timestampRoot);
        Assert.Equal(Noon.AddMinutes(30), evidence.SignedTime);
        Assert.Equal("CN=Timestamp root", evidence.TimeSource);

        // Without the authority, without the timestamp, with an edited time, with another's token.
        Assert.Equal(CertificateErrors.Expired, Refusal(stamped, later));
        Assert.Equal(CertificateErrors.Expired, Refusal(WithTimestamp(stamped, null), later, _timestampRoot));
        TestCertificate otherRoot = TestCertificate.SelfSigned(Authority("Timestamp root"));
        TestCertificate otherSigner = otherRoot.Issue(TimestampSigner("Timestamps"));
        byte[] others = (builder with { Signer = otherSigner, Certificates = [otherSigner.Certificate] }).Respond(stamped.Signature.Span);
        Assert.Equal(CertificateErrors.Expired, Refusal(WithTimestamp(stamped, others), later, _timestampRoot));
        byte[] edited = (builder with
        {
            Time = later,
            Edit = info =>
            {
                byte[] changed = [.. info];
                "20260601123000Z"u8.CopyTo(changed.AsSpan(changed.AsSpan().IndexOf("20270601120000Z"u8)));
                return changed;
            },
        }).Respond(stamped.Signature.Span);
        Assert.Equal(TimestampErrors.SignatureInvalid, Refusal(WithTimestamp(stamped, edited), later, _timestampRoot));
        byte[] honestButLate = (builder with { Time = later }).Respond(stamped.Signature.Span);
        Assert.Equal(CertificateErrors.Expired, Refusal(WithTimestamp(stamped, honestButLate), later, _timestampRoot));
    }

    [Fact]
    public void A_timestamp_that_is_not_trusted_is_reported_and_not_used()
    {
        TestCertificate signer = _timestampRoot.Issue(TimestampSigner("Timestamps"));
        TimestampTokenBuilder builder = new() { Signer = signer, Time = Noon, Certificates = [signer.Certificate] };
        Bundle stamped = Sign(_root.Issue(Leaf("L")), Noon, timestamp: (signature, _) => builder.Respond(signature));
        Assert.Single(Verify(stamped, Noon).Warnings);
        CertificateEvidence evidence = Verify(stamped, Noon, TestCertificate.SelfSigned(Authority("Other")));
        Assert.Single(evidence.Warnings);
        Assert.Null(evidence.SignedTime);
    }

    [Fact]
    public void An_authority_with_a_wrong_clock_ends_the_signing()
    {
        TestCertificate leaf = _root.Issue(Leaf("L") with { NotAfter = Noon.AddHours(1) });
        TestCertificate signer = _timestampRoot.Issue(TimestampSigner("Timestamps"));
        TimestampTokenBuilder builder = new() { Signer = signer, Time = Noon.AddDays(1), Certificates = [signer.Certificate] };
        Assert.Equal(CertificateErrors.Expired, Assert.Throws<ModelSigningException>(
            () => Sign(leaf, Noon, timestamp: (signature, _) => builder.Respond(signature))).Definition);
    }

    [Fact]
    public void An_explicit_time_decides_over_the_clock()
    {
        TestCertificate leaf = _root.Issue(Leaf("L") with { NotAfter = Noon.AddHours(1) });
        Bundle bundle = Sign(leaf, Noon);
        CertificateTrust trust = new() { Certificates = [_root.Certificate], VerificationTime = Noon };
        Assert.NotNull(new CertificateVerifier(trust, new Clock(Noon.AddYears(5))).Verify(bundle));
    }

    [Fact]
    public void A_chosen_time_says_that_it_overrides_a_verified_timestamp()
    {
        TestCertificate leaf = _root.Issue(Leaf("L") with { NotAfter = Noon.AddHours(1) });
        TestCertificate signer = _timestampRoot.Issue(TimestampSigner("Timestamps"));
        TimestampTokenBuilder builder = new() { Signer = signer, Time = Noon.AddMinutes(30), Certificates = [signer.Certificate] };
        Bundle stamped = Sign(leaf, Noon.AddMinutes(30), timestamp: (signature, _) => builder.Respond(signature));
        CertificateTrust trust = new()
        {
            Certificates = [_root.Certificate],
            TimestampAuthorities = TrustedTimestampAuthorities.Of([_timestampRoot.Certificate], allowPartialChain: false),
            VerificationTime = Noon.AddDays(30),
        };
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => new CertificateVerifier(trust, new Clock(Noon)).Verify(stamped));
        Assert.Equal(CertificateErrors.Expired, refusal.Definition);
        Assert.Contains("-VerificationTime overrides the verified timestamp of", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Omit -VerificationTime", refusal.Cure, StringComparison.Ordinal);

        trust = trust with { VerificationTime = Noon.AddMinutes(40) };
        Assert.Contains(new CertificateVerifier(trust, new Clock(Noon)).Verify(stamped).Evidence.Warnings,
            warning => warning.StartsWith("-VerificationTime overrides", StringComparison.Ordinal));
    }

    [Fact]
    public void A_hostile_number_of_certificates_is_refused()
    {
        Bundle bundle = Sign(_root.Issue(Leaf("L")), Noon);
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

    private static Bundle Sign(
        TestCertificate leaf, DateTimeOffset now, IReadOnlyList<X509Certificate2>? chain = null, Core.Signing.TimestampRequest? timestamp = null) =>
        new CertificateSigner(new EcPrivateKey((ECDsa)leaf.Key, "test"), [leaf.Certificate, .. chain ?? []], timestamp, new Clock(now))
            .Sign(Statement, CancellationToken.None);

    /// <summary>A bundle that our own signer would refuse to make.</summary>
    private static Bundle Forge(TestCertificate leaf) => new()
    {
        Version = BundleVersion.V03,
        VerificationMaterial = new VerificationMaterial { X509CertificateChain = [leaf.Certificate.RawData] },
        DsseEnvelope = new DsseEnvelope
        {
            PayloadType = DsseEnvelope.InTotoPayloadType,
            Payload = Statement,
            Signatures = [new DsseSignature(((ECDsa)leaf.Key).SignData(
                DsseEnvelope.PreAuthenticationEncoding(DsseEnvelope.InTotoPayloadType, Statement), HashAlgorithmName.SHA256,
                DSASignatureFormat.Rfc3279DerSequence), null)],
        },
    };

    private static Bundle WithTimestamp(Bundle bundle, byte[]? timestamp) => bundle with
    {
        VerificationMaterial = bundle.VerificationMaterial with { Rfc3161Timestamps = timestamp is null ? [] : [timestamp] },
    };

    private static ErrorDefinition SigningRefused(TestCertificate leaf, DateTimeOffset now) => Assert.Throws<ModelSigningException>(() =>
    {
        using X509Certificate2 whole = leaf.WithPrivateKey();
        _ = new CertificateSigner(CertificateKey.Of(whole), [leaf.Certificate], null, new Clock(now));
    }).Definition;

    private CertificateEvidence Verify(Bundle bundle, DateTimeOffset now, TestCertificate? timestampRoot = null)
    {
        CertificateTrust trust = new()
        {
            Certificates = [_root.Certificate],
            TimestampAuthorities = TrustedTimestampAuthorities.Of(timestampRoot is null ? [] : [timestampRoot.Certificate], allowPartialChain: false),
        };
        return Assert.IsType<CertificateEvidence>(new CertificateVerifier(trust, new Clock(now)).Verify(bundle).Evidence);
    }

    private ErrorDefinition Refusal(Bundle bundle, DateTimeOffset now, TestCertificate? timestampRoot = null) =>
        Assert.Throws<ModelSigningException>(() => Verify(bundle, now, timestampRoot)).Definition;

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
