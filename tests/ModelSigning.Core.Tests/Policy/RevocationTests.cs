using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Tests.Certificates;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing.Certificates;
using ModelSigning.Testing.Timestamps;
using Org.BouncyCastle.Crypto.Parameters;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Policy;

/// <summary>What a policy revokes is refused whatever its rules accept.</summary>
public sealed class RevocationTests : IDisposable
{
    private readonly ModelFixture _model = new();
    private readonly TestCertificate _root = TestCertificate.SelfSigned(Authority("Root"));
    private readonly TestCertificate _intermediate;
    private readonly TestCertificate _leaf;

    public RevocationTests()
    {
        _intermediate = _root.Issue(Authority("Intermediate"));
        _leaf = _intermediate.Issue(Leaf("Leaf"));
    }

    public void Dispose()
    {
        _model.Dispose();
        _root.Dispose();
        _intermediate.Dispose();
        _leaf.Dispose();
    }

    private string KeySigner => $$"""{ "type": "key", "publicKey": {{JsonSerializer.Serialize(_model.Key.PublicKey.Pem)}} }""";

    private string CertificateSigner => $$"""{ "type": "certificate", "certificateAuthority": {{JsonSerializer.Serialize(_root.CertificatePem)}} }""";

    [Fact]
    public void A_revoked_key_is_refused_by_its_name_whatever_the_rules_say()
    {
        _model.Sign();
        string hint = _model.Key.PublicKey.Hint;
        Assert.True(Verify(KeySigner, $$"""{ "keys": ["{{new string('0', 64)}}"] }""").IsValid);
        Assert.Contains(hint, Refused(KeySigner, $$"""{ "keys": ["{{hint}}"] }"""), StringComparison.Ordinal);
        Assert.Contains(hint, Refused(KeySigner, $$"""{ "keys": "{{hint.ToUpperInvariant()}}" }"""), StringComparison.Ordinal);
        Assert.Contains(hint, Refused(KeySigner, $$"""{ "keys": ["{{hint}}"] }""", models: "no-model-of-this-name"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_revoked_by_the_hint_that_it_has_with_a_compressed_point_too()
    {
        _model.Sign();
        byte[] info = _model.Key.PublicKey.SubjectPublicKeyInfo.ToArray();
        byte[] point = info[^65..], compressed = [(byte)(2 + (point[^1] & 1)), .. point[1..33]];
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(info.AsSpan()[2..^68]);
            writer.WriteBitString(compressed);
        }

        string pem = PemEncoding.WriteString("PUBLIC KEY", writer.Encode()) + "\n", hint = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(pem)));
        Assert.Contains(hint, Refused(KeySigner, $$"""{ "keys": ["{{hint}}"] }"""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_that_hides_the_name_of_its_revoked_key_is_refused_too()
    {
        _model.Sign();
        Bundle bundle = BundleReader.Read(_model.SignaturePath);
        bundle = bundle with { VerificationMaterial = bundle.VerificationMaterial with { PublicKey = new PublicKeyIdentifier("") } };
        File.WriteAllBytes(_model.SignaturePath, BundleWriter.Write(bundle));
        Assert.True(Verify(KeySigner, $$"""{ "keys": ["{{new string('0', 64)}}"] }""").IsValid);
        Refused(KeySigner, $$"""{ "keys": ["{{_model.Key.PublicKey.Hint}}"] }""");
    }

    [Fact]
    public void A_revoked_certificate_refuses_itself_and_everything_below_it()
    {
        SignWithCertificate();
        Assert.True(Verify(CertificateSigner, $$"""{ "certificates": ["{{new string('0', 64)}}"] }""").IsValid);
        foreach (TestCertificate one in (TestCertificate[])[_leaf, _intermediate, _root])
        {
            string fingerprint = one.Certificate.Sha256Fingerprint();
            Assert.Contains(fingerprint, Refused(CertificateSigner, $$"""{ "certificates": ["{{fingerprint}}"] }"""), StringComparison.Ordinal);
        }

        // Also where no rule is for the model.
        Refused(CertificateSigner, $$"""{ "certificates": ["{{_leaf.Certificate.Sha256Fingerprint()}}"] }""", models: "no-model-of-this-name");
        string shown = string.Join(':', Convert.FromHexString(_leaf.Certificate.Sha256Fingerprint()).Select(value => value.ToString("X2", null)));
        Refused(CertificateSigner, $$"""{ "certificates": ["{{shown}}"] }""");
    }

    [Fact]
    public void A_revoked_root_refuses_what_is_below_it_although_the_chain_may_end_before_it()
    {
        SignWithCertificate();
        string root = _root.Certificate.Sha256Fingerprint(), key = _root.Certificate.EcPublicKey().Hint!;
        string others = string.Concat(Enumerable.Range(0, 70).Select(number =>
        {
            using TestCertificate other = TestCertificate.SelfSigned(Authority($"Other {number}"));
            return other.CertificatePem;
        }));
        foreach (string authorities in (string[])[_root.CertificatePem + _intermediate.CertificatePem, _intermediate.CertificatePem + others + _root.CertificatePem])
        {
            string signer = $$"""{ "type": "certificate", "certificateAuthority": {{JsonSerializer.Serialize(authorities)}}, "allowPartialChain": true }""";
            Assert.True(Verify(signer, $$"""{ "certificates": ["{{new string('0', 64)}}"] }""").IsValid);
            Assert.Contains(root, Refused(signer, $$"""{ "certificates": ["{{root}}"] }"""), StringComparison.Ordinal);
            Assert.Contains(key, Refused(signer, $$"""{ "keys": ["{{key}}"] }"""), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_revoked_key_is_refused_in_a_certificate_too()
    {
        SignWithCertificate();
        Refused(CertificateSigner, $$"""{ "keys": ["{{_leaf.Certificate.EcPublicKey().Hint}}"] }""");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_revoked_key_of_an_authority_is_refused_in_each_certificate_that_another_authority_gave_it(bool isRsa)
    {
        using TestCertificate intermediate = _root.Issue(Authority("Intermediate") with { Key = isRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP384) });
        using TestCertificate other = TestCertificate.SelfSigned(Authority("Other"));
        using TestCertificate again = other.Issue(Authority("Intermediate") with { Key = intermediate.Key });
        using TestCertificate leaf = intermediate.Issue(Leaf("Leaf"));
        string hint = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(intermediate.Key.ExportSubjectPublicKeyInfoPem() + "\n")));
        string signer = $$"""{ "type": "certificate", "certificateAuthority": {{JsonSerializer.Serialize(_root.CertificatePem + other.CertificatePem)}} }""";
        foreach (TestCertificate issuer in (TestCertificate[])[intermediate, again])
        {
            SignWithCertificate(leaf, issuer);
            Assert.True(Verify(signer, $$"""{ "keys": ["{{new string('0', 64)}}"] }""").IsValid);
            Assert.Contains($"{hint} of 'CN=Intermediate", Refused(signer, $$"""{ "keys": ["{{hint}}"] }"""), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_revoked_key_of_an_authority_is_refused_in_the_other_encoding_that_another_authority_gave_it()
    {
        using RSA key = RSA.Create(2048);
        using TestCertificate other = TestCertificate.SelfSigned(Authority("Other"));
        using TestCertificate honest = other.Issue(Authority("Intermediate") with { Key = key });
        using TestCertificate leaf = honest.Issue(Leaf("Leaf"));
        byte[] usual = key.ExportSubjectPublicKeyInfo();
        string hint = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n")));
        string signer = $$"""{ "type": "certificate", "certificateAuthority": {{JsonSerializer.Serialize(other.CertificatePem)}} }""";

        // Without the NULL that RFC 3279 has there, and signed again.
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.113549.1.1.1");
            }

            writer.WriteBitString(key.ExportRSAPublicKey());
        }

        byte[] odd = Resigned(CertificateAlgorithmTests.WithKey(honest.Certificate.RawData, usual, writer.Encode()), (ECDsa)other.Key);
        SignWithCertificate(leaf, honest);
        Bundle bundle = BundleReader.Read(_model.SignaturePath);
        bundle = bundle with { VerificationMaterial = bundle.VerificationMaterial with { X509CertificateChain = [leaf.Certificate.RawData, odd] } };
        File.WriteAllBytes(_model.SignaturePath, BundleWriter.Write(bundle));
        Assert.True(Verify(signer, $$"""{ "keys": ["{{new string('0', 64)}}"] }""").IsValid);
        Assert.Contains($"{hint} of 'CN=Intermediate", Refused(signer, $$"""{ "keys": ["{{hint}}"] }"""), StringComparison.Ordinal);

        // The revoked one may have been a key for RSASSA-PSS alone.
        foreach (PssParameters parameters in PssParameters.Usual)
        {
            byte[] pss = PublicKeyInfo.Write(KeyOid.RsaPss, parameters.Encode(), key.ExportRSAPublicKey());
            string pssHint = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(PemEncoding.WriteString("PUBLIC KEY", pss) + "\n")));
            Refused(signer, $$"""{ "keys": ["{{pssHint}}"] }""");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(6)]
    public void A_revoked_key_of_a_curve_is_refused_whatever_the_form_of_its_point_in_the_list(byte form)
    {
        SignWithCertificate();
        ECPoint point = ((ECDsa)_leaf.Key).ExportParameters(includePrivateParameters: false).Q;
        byte odd = (byte)(point.Y![^1] & 1);
        PublicKeyInfo info = PublicKeyInfo.Read(_leaf.Certificate.PublicKey.ExportSubjectPublicKeyInfo());
        byte[] key = form switch { 0 => info.Key, 2 => [(byte)(2 + odd), .. point.X!], _ => [(byte)(6 + odd), .. point.X!, .. point.Y] };
        byte[] other = PublicKeyInfo.Write(KeyOid.Ec, info.Algorithm.Parameters, key);
        string hint = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(PemEncoding.WriteString("PUBLIC KEY", other) + "\n")));
        Refused(CertificateSigner, $$"""{ "keys": ["{{hint}}"] }""");
    }

    // RFC 8410, 3: the algorithm has no parameters. Whoever gives it some gives the same key another hint.
    [Fact]
    public void A_revoked_Ed25519_key_of_an_authority_is_refused_with_parameters_too()
    {
        Ed25519PrivateKeyParameters key = new(RandomNumberGenerator.GetBytes(32), 0);
        using TestCertificate other = TestCertificate.SelfSigned(Authority("Other"));
        using TestCertificate stand = other.Issue(Authority("Intermediate") with { KeyIdentifiers = false });
        using TestCertificate leaf = stand.Issue(Leaf("Leaf") with { KeyIdentifiers = false, Generator = new CertificateAlgorithmTests.Ed25519Signature(key) });
        byte[] usual = CertificateAlgorithmTests.Spki(key);
        byte[] odd = PublicKeyInfo.Write(KeyOid.Ed25519, PublicKeyInfo.Null, key.GeneratePublicKey().GetEncoded());
        string hint = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(PemEncoding.WriteString("PUBLIC KEY", usual) + "\n")));
        string signer = $$"""{ "type": "certificate", "certificateAuthority": {{JsonSerializer.Serialize(other.CertificatePem)}} }""";
        SignWithCertificate(leaf, stand);
        Bundle bundle = BundleReader.Read(_model.SignaturePath);
        foreach (byte[] publicKey in (byte[][])[usual, odd])
        {
            byte[] authority = Resigned(CertificateAlgorithmTests.WithKey(stand.Certificate.RawData, stand.Key.ExportSubjectPublicKeyInfo(), publicKey), (ECDsa)other.Key);
            bundle = bundle with { VerificationMaterial = bundle.VerificationMaterial with { X509CertificateChain = [leaf.Certificate.RawData, authority] } };
            File.WriteAllBytes(_model.SignaturePath, BundleWriter.Write(bundle));
            Assert.True(Verify(signer, $$"""{ "keys": ["{{new string('0', 64)}}"] }""").IsValid);
            Assert.Contains($"{hint} of 'CN=Intermediate", Refused(signer, $$"""{ "keys": ["{{hint}}"] }"""), StringComparison.Ordinal);
        }
    }

    private static byte[] Resigned(byte[] certificate, ECDsa key)
    {
        AsnReader outer = new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence();
        ReadOnlyMemory<byte> tbs = outer.ReadEncodedValue(), algorithm = outer.ReadEncodedValue();
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(tbs.Span);
            writer.WriteEncodedValue(algorithm.Span);
            writer.WriteBitString(key.SignData(tbs.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        return writer.Encode();
    }

    [Theory]
    [InlineData("nistP256")]
    [InlineData("nistP384")]
    [InlineData("nistP521")]
    public void A_revoked_certificate_stays_revoked_when_its_signature_is_written_in_its_other_form(string curve)
    {
        using TestCertificate issuer = _root.Issue(Authority("Intermediate") with { Key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve)) });
        using TestCertificate leaf = issuer.Issue(Leaf("Leaf"));
        byte[] twin = Twin(leaf.Certificate.RawData, ((ECDsa)issuer.Key).ExportExplicitParameters(false).Curve.Order!);
        SignWithCertificate(leaf, issuer);
        Bundle bundle = BundleReader.Read(_model.SignaturePath);
        bundle = bundle with { VerificationMaterial = bundle.VerificationMaterial with { X509CertificateChain = [twin, issuer.Certificate.RawData] } };
        File.WriteAllBytes(_model.SignaturePath, BundleWriter.Write(bundle));
        Assert.True(Verify(CertificateSigner, $$"""{ "certificates": ["{{new string('0', 64)}}"] }""").IsValid);
        Refused(CertificateSigner, $$"""{ "certificates": ["{{leaf.Certificate.Sha256Fingerprint()}}"] }""");
    }

    [Theory]
    [InlineData("nistP256")]
    [InlineData("nistP384")]
    [InlineData("nistP521")]
    public void A_certificate_whose_ECDSA_signature_has_high_bits_has_no_second_encoding_without_the_signs(string curve)
    {
        using TestCertificate issuer = _root.Issue(Authority("Intermediate") with { Key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve)) });
        TestCertificate leaf;
        byte[] unsigned;
        do
        {
            leaf = issuer.Issue(Leaf("Leaf"));
            unsigned = WithoutSigns(SignatureOf(leaf));
        }
        while (unsigned.Length == SignatureOf(leaf).Length);
        SignWithCertificate(leaf, issuer);
        string revoked = $$"""{ "certificates": ["{{leaf.Certificate.Sha256Fingerprint()}}"] }""";
        Refused(CertificateSigner, revoked);
        Bundle bundle = BundleReader.Read(_model.SignaturePath);
        bundle = bundle with { VerificationMaterial = bundle.VerificationMaterial with { X509CertificateChain = [WithSignature(leaf.Certificate.RawData, unsigned), issuer.Certificate.RawData] } };
        File.WriteAllBytes(_model.SignaturePath, BundleWriter.Write(bundle));
        Assert.Equal(PolicyErrors.SignerNotAccepted, Assert.Throws<ModelSigningException>(() => Verify(CertificateSigner, revoked)).Definition);
    }

    [Fact]
    public void A_certificate_whose_PSS_signature_begins_with_zero_has_no_second_encoding_without_it()
    {
        using TestCertificate issuer = _root.Issue(Authority("RSA") with { Key = RSA.Create(2048) });
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        TestCertificate leaf;
        do
        {
            leaf = issuer.Issue(Leaf("Leaf") with { Key = key, RsaPadding = RSASignaturePadding.Pss });
        }
        while (SignatureOf(leaf)[0] != 0);
        SignWithCertificate(leaf, issuer);
        string revoked = $$"""{ "certificates": ["{{leaf.Certificate.Sha256Fingerprint()}}"] }""";
        Refused(CertificateSigner, revoked);
        Bundle bundle = BundleReader.Read(_model.SignaturePath);
        byte[] shorter = WithSignature(leaf.Certificate.RawData, SignatureOf(leaf)[1..]);
        bundle = bundle with { VerificationMaterial = bundle.VerificationMaterial with { X509CertificateChain = [shorter, issuer.Certificate.RawData] } };
        File.WriteAllBytes(_model.SignaturePath, BundleWriter.Write(bundle));
        Assert.Equal(PolicyErrors.SignerNotAccepted, Assert.Throws<ModelSigningException>(() => Verify(CertificateSigner, revoked)).Definition);
    }

    [Fact]
    public void A_timestamp_of_a_revoked_certificate_refuses_the_signature()
    {
        SignWithCertificate();
        using TestCertificate clocks = TestCertificate.SelfSigned(Authority("Clocks"));
        using TestCertificate above = clocks.Issue(Authority("Above"));
        using TestCertificate clock = above.Issue(TimestampSigner("Clock"));
        Bundle bundle = BundleReader.Read(_model.SignaturePath);
        byte[] timestamp = new TimestampTokenBuilder { Signer = clock, Time = Noon, Certificates = [clock.Certificate, above.Certificate] }.Respond(bundle.Signature.Span);
        bundle = bundle with { VerificationMaterial = bundle.VerificationMaterial with { Rfc3161Timestamps = [timestamp] } };
        File.WriteAllBytes(_model.SignaturePath, BundleWriter.Write(bundle));
        string stamped = $$"""{{CertificateSigner.TrimEnd(' ', '}')}}, "timestampAuthorities": {{JsonSerializer.Serialize(clocks.CertificatePem)}} }""";
        Assert.Equal(Noon, Verify(stamped, $$"""{ "certificates": ["{{new string('0', 64)}}"] }""").Statement.Evidence.SignedTime);
        foreach (TestCertificate one in (TestCertificate[])[clock, above, clocks])
        {
            string fingerprint = one.Certificate.Sha256Fingerprint();
            Assert.Contains(fingerprint, Refused(stamped, $$"""{ "certificates": ["{{fingerprint}}"] }"""), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_revoked_model_is_refused_and_another_one_of_the_same_signer_is_not()
    {
        _model.Sign();
        string pin = _model.Verify().Statement.Pin;
        Assert.Contains(pin, Refused(KeySigner, $$"""{ "pins": ["{{pin}}"] }"""), StringComparison.Ordinal);
        _model.Write("another.txt", "more");
        _model.Sign(request => request with { Force = true });
        Assert.True(Verify(KeySigner, $$"""{ "pins": ["{{pin}}"] }""").IsValid);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    public void A_revoked_model_is_refused_whichever_of_its_ignored_paths_its_signature_is_called_after(int ignored)
    {
        string[] names = [.. Enumerable.Range(0, ignored).Select(number => $"sig-{number}")];
        _model.Sign(request => request with { IgnorePaths = names });
        string pin = ModelPin.Of(_model.Verify().Statement.Manifest, names[^1]);
        Refused(KeySigner, $$"""{ "pins": ["{{pin}}"] }""");
    }

    [Fact]
    public void The_work_for_revoked_pins_does_not_grow_with_the_ignored_paths_of_a_statement()
    {
        _model.Sign(request => request with { IgnorePaths = [.. Enumerable.Range(0, ModelPin.MaximumNames).Select(number => $"ignored-{number}")] });
        Assert.Equal(ModelPin.MaximumNames + 1, ModelPin.UnderAnyName(_model.Verify().Statement.Manifest)!.Count());
        _model.Sign(request => request with { Force = true, IgnorePaths = [.. Enumerable.Range(0, 2 * ModelPin.MaximumNames).Select(number => $"ignored-{number}")] });
        Assert.Null(ModelPin.UnderAnyName(_model.Verify().Statement.Manifest));
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Verify(KeySigner, $$"""{ "pins": ["pin1:{{new string('0', 64)}}"] }"""));
        Assert.Equal(PolicyErrors.RevocationUnclear, refusal.Definition);
    }

    [Theory]
    [InlineData("{}", "must name keys, certificates or pins")]
    [InlineData("[]", "revoked must be an object")]
    [InlineData("{ \"keys\": [\"00\"] }", "'00' in 'keys' of revoked is not the hint of a key")]
    [InlineData("{ \"certificates\": \"CN=Leaf\" }", "is not the SHA-256 fingerprint of a certificate")]
    [InlineData("{ \"keys\": [\"g000000000000000000000000000000000000000000000000000000000000000\"] }", "is not the hint of a key")]
    [InlineData("{ \"certificates\": \"000000000000000000000000000000000000000000000000000000000000000x\" }", "is not the SHA-256 fingerprint of a certificate")]
    [InlineData("{ \"pins\": [\"sha256:00\"] }", "is not a pin")]
    [InlineData("{ \"pin\": [] }", "'pin'. Did you mean 'pins'?")]
    [InlineData("{ \"keys\": [] }", "at least one")]
    public void A_list_of_revocations_that_says_nothing_or_cannot_be_read_is_refused(string revoked, string message)
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Policy(KeySigner, revoked, "*"));
        Assert.Equal(PolicyErrors.PolicyInvalid, refusal.Definition);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    private void SignWithCertificate() => SignWithCertificate(_leaf, _intermediate);

    private void SignWithCertificate(TestCertificate leaf, TestCertificate issuer)
    {
        _model.Sign(request => request with
        {
            Signer = new CertificateSigner(new EcPrivateKey((ECDsa)leaf.Key, "test"), [leaf.Certificate, issuer.Certificate]),
            Force = true,
        });
    }

    private static byte[] SignatureOf(TestCertificate certificate)
    {
        AsnReader reader = new AsnReader(certificate.Certificate.RawDataMemory, AsnEncodingRules.DER).ReadSequence();
        reader.ReadEncodedValue();
        reader.ReadEncodedValue();
        return reader.ReadBitString(out _);
    }

    private static byte[] WithSignature(byte[] der, byte[] signature)
    {
        AsnReader certificate = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(certificate.ReadEncodedValue().Span);
            writer.WriteEncodedValue(certificate.ReadEncodedValue().Span);
            writer.WriteBitString(signature);
        }

        return writer.Encode();
    }

    // The same certificate with n - s in the place of s, which anybody can write.
    private static byte[] Twin(byte[] der, byte[] order)
    {
        AsnReader certificate = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(certificate.ReadEncodedValue().Span);
            writer.WriteEncodedValue(certificate.ReadEncodedValue().Span);
            AsnReader signature = new AsnReader(certificate.ReadBitString(out _), AsnEncodingRules.DER).ReadSequence();
            AsnWriter other = new(AsnEncodingRules.DER);
            using (other.PushSequence())
            {
                other.WriteInteger(signature.ReadInteger());
                other.WriteInteger(new BigInteger(order, isUnsigned: true, isBigEndian: true) - signature.ReadInteger());
            }

            writer.WriteBitString(other.Encode());
        }

        return writer.Encode();
    }

    // The same numbers, of which the first bit, which is no sign, is taken for one, unless the number could then be shorter.
    private static byte[] WithoutSigns(byte[] signature)
    {
        AsnReader numbers = new AsnReader(signature, AsnEncodingRules.DER).ReadSequence();
        AsnWriter other = new(AsnEncodingRules.DER);
        using (other.PushSequence())
        {
            while (numbers.HasData)
            {
                ReadOnlySpan<byte> number = numbers.ReadIntegerBytes().Span;
                other.WriteInteger(number is [0, not 0xFF, ..] ? number[1..] : number);
            }
        }

        return other.Encode();
    }

    private TrustPolicy Policy(string signer, string revoked, string models) => TrustPolicy.Parse(
        Encoding.UTF8.GetBytes($$"""{ "version": 1, "revoked": {{revoked}}, "rules": [ { "name": "a", "models": "{{models}}", "signers": [ {{signer}} ] } ] }"""),
        Path.Join(_model.Root, "policy.json"), [new KeySignerKind(), new CertificateSignerKind()]);

    private VerificationResult Verify(string signer, string revoked, string models = "model")
    {
        TrustPolicy policy = Policy(signer, revoked, models);
        return _model.Verify(request => request with { Verifier = policy.VerifierFor(_model.ModelPath) });
    }

    private string Refused(string signer, string revoked, string models = "model")
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Verify(signer, revoked, models));
        Assert.Equal(PolicyErrors.Revoked, refusal.Definition);
        return refusal.Message;
    }
}
