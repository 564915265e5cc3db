using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Verifying;
using ModelSigning.Testing;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace ModelSigning.Sigstore.Tests.Verifying;

public sealed class ManagedKeyTests : IDisposable
{
    private static readonly byte[] Content = "the signed file"u8.ToArray();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ManagedKey Key(string pem) => ManagedKey.Read(_folder.Write("key.pub", pem));

    private static Bundle Message(byte[] signature) => new()
    {
        Version = BundleVersion.V03,
        VerificationMaterial = new VerificationMaterial { PublicKey = new PublicKeyIdentifier("hint") },
        MessageSignature = new MessageSignature(null, null, signature),
    };

    private SigstoreVerification Verify(ManagedKey key, Bundle bundle, IArtifact? artifact = null, int logs = 0) =>
        new SigstoreVerifier(EmbeddedTrust.TrustedRoot, new VerificationPolicy { Key = key, LogThreshold = logs })
            .Verify(bundle, artifact ?? new FileArtifact(_folder.Write("file", Content)));

    private static void Refused(string code, Action action) => Assert.Equal(code, Assert.Throws<ModelSigningException>(action).Definition.Id);

    [Theory]
    [InlineData("1.2.840.10045.3.1.7", "SHA256")]
    [InlineData("1.3.132.0.34", "SHA384")]
    [InlineData("1.3.132.0.35", "SHA512")]
    public void Every_curve_verifies_and_another_key_of_it_does_not(string curve, string hash)
    {
        using ECDsa key = ECDsa.Create(ECCurve.CreateFromValue(curve)), other = ECDsa.Create(ECCurve.CreateFromValue(curve));
        Bundle bundle = Message(key.SignData(Content, new HashAlgorithmName(hash), DSASignatureFormat.Rfc3279DerSequence));
        Assert.StartsWith("ECDSA", Verify(Key(key.ExportSubjectPublicKeyInfoPem()), bundle).KeyName, StringComparison.Ordinal);
        Refused("SIGNATURE", () => Verify(Key(other.ExportSubjectPublicKeyInfoPem()), bundle));
        Refused("LOG-THRESHOLD", () => Verify(Key(key.ExportSubjectPublicKeyInfoPem()), bundle, logs: 1));
        Bundle plain = Message(key.SignData(Content, new HashAlgorithmName(hash), DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        Refused("SIGNATURE", () => Verify(Key(key.ExportSubjectPublicKeyInfoPem()), plain));
    }

    [Fact]
    public void RSA_verifies_with_the_padding_that_the_key_says_and_small_keys_are_refused()
    {
        using RSA key = RSA.Create(2048), small = RSA.Create(1024);
        Bundle pkcs1 = Message(key.SignData(Content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Bundle pss = Message(key.SignData(Content, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        ManagedKey plain = Key(key.ExportSubjectPublicKeyInfoPem());
        Verify(plain, pkcs1);
        Refused("SIGNATURE", () => Verify(plain, pss));

        // The same key under the identifier of RSASSA-PSS, 1.2.840.113549.1.1.10.
        byte[] info = key.ExportSubjectPublicKeyInfo();
        int oid = info.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]);
        info[oid + 8] = 0x0A;
        ManagedKey probabilistic = Key(new string(PemEncoding.Write("PUBLIC KEY", info)));
        Verify(probabilistic, pss);
        Refused("SIGNATURE", () => Verify(probabilistic, pkcs1));
        Refused("KEY", () => Key(small.ExportSubjectPublicKeyInfoPem()));
    }

    [Fact]
    public void Ed25519_verifies_a_file_and_says_that_a_digest_is_not_enough()
    {
        Ed25519KeyPairGenerator generator = new();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        Org.BouncyCastle.Crypto.AsymmetricCipherKeyPair pair = generator.GenerateKeyPair();
        Ed25519Signer signer = new();
        signer.Init(true, pair.Private);
        signer.BlockUpdate(Content, 0, Content.Length);
        Bundle bundle = Message(signer.GenerateSignature());
        byte[] info = SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(pair.Public).GetDerEncoded();
        ManagedKey key = Key(new string(PemEncoding.Write("PUBLIC KEY", info)));
        Assert.Equal("Ed25519", Verify(key, bundle).KeyName);
        Refused("DIGEST", () => Verify(key, bundle, new DigestArtifact(HashAlgorithmName.SHA256, SHA256.HashData(Content))));
    }

    [Fact]
    public void What_is_not_a_key_or_not_on_its_curve_is_refused_with_a_sentence()
    {
        Refused("KEY", () => Key("not a key"));
        Refused("KEY", () => Key("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] info = key.ExportSubjectPublicKeyInfo();
        info[^1] ^= 1;
        Refused("KEY", () => Key(new string(PemEncoding.Write("PUBLIC KEY", info))));
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        Refused("KEY", () => Key(other.ExportSubjectPublicKeyInfoPem()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_signature_of_an_envelope_is_none_of_a_file_with_the_bytes_that_it_is_over(bool isEdwards)
    {
        byte[] encoding = DsseEnvelope.PreAuthenticationEncoding(InTotoStatement.MediaType, "{}"u8);
        using ECDsa curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Ed25519PrivateKeyParameters edwards = new(new SecureRandom());
        Ed25519Signer signer = new();
        signer.Init(true, edwards);
        signer.BlockUpdate(encoding, 0, encoding.Length);
        byte[] info = isEdwards ? SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(edwards.GeneratePublicKey()).GetDerEncoded() : curve.ExportSubjectPublicKeyInfo();
        ManagedKey key = Key(new string(PemEncoding.Write("PUBLIC KEY", info)));
        Bundle bundle = Message(isEdwards ? signer.GenerateSignature() : curve.SignData(encoding, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Refused("SIGNATURE", () => Verify(key, bundle, new FileArtifact(_folder.Write("envelope", Encoding.UTF8.GetString(encoding)))));
    }

    [Fact]
    public void Both_forms_of_a_hint_are_known()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ManagedKey managed = Key(key.ExportSubjectPublicKeyInfoPem());
        Assert.Equal(Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo())), managed.Hint);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n"))), managed.PemHint);
    }
}
