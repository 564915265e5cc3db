using System.Globalization;
using System.Numerics;
using System.Security;
using System.Security.Cryptography;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Keys;

public sealed class KeyFileTests : IDisposable
{
    private const string Assets = "testdata/oms/test/assets/keys";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_hint_is_the_hash_of_the_key_encoded_again_whatever_stands_around_it()
    {
        Assert.Equal("e8450dec4eb99dae995da9af1bc2cc9f76ed669ee2e744f57abba763df3e3f8e",
            KeyFile.ReadPublic(SharedData.Require($"{Assets}/certificate/signing-key-pub.pem")).Hint);
    }

    [Theory]
    [InlineData("certificate", EcCurve.P384)]
    [InlineData("p384", EcCurve.P384)]
    [InlineData("p521", EcCurve.P521)]
    public void The_public_suites_keys_are_read(string name, EcCurve curve)
    {
        using EcPrivateKey key = KeyFile.ReadPrivate(SharedData.Require($"{Assets}/{name}/signing-key.pem"), null);
        Assert.Equal(curve, key.PublicKey.Curve);
        Assert.Equal(KeyFile.ReadPublic(SharedData.Require($"{Assets}/{name}/signing-key-pub.pem")), key.PublicKey);
    }

    [Theory]
    [InlineData(SampleKeys.Sec1, null)]
    [InlineData(SampleKeys.EncryptedAes, SampleKeys.Password)]
    [InlineData(SampleKeys.EncryptedTripleDes, SampleKeys.Password)]
    public void Each_form_of_openssl_is_the_same_key(string pem, string? password)
    {
        foreach (string ends in (string[])["\n", "\r\n"])
        {
            using EcPrivateKey key = ReadPrivate("Key of the \u00fcnit tests:" + ends + pem.ReplaceLineEndings(ends) + ends + "trailing text", password);
            Assert.Equal(SampleKeys.Hint, key.PublicKey.Hint);
        }

        Assert.Equal(SampleKeys.Hint, ReadPublic("a preamble\n" + SampleKeys.Public).Hint);
        Assert.Equal(SampleKeys.Public.ReplaceLineEndings("\n") + "\n", ReadPublic(SampleKeys.Public).Pem);
    }

    [Theory]
    [InlineData(EcCurve.P256)]
    [InlineData(EcCurve.P384)]
    [InlineData(EcCurve.P521)]
    public void A_new_pair_is_read_again_with_its_password_and_only_so(EcCurve curve)
    {
        using EcPrivateKey key = EcPrivateKey.Generate(curve);
        using SecureString password = SampleKeys.Secret("pässwörd 模型");
        KeyFile.WritePair(key, password, _folder["key.pem"], _folder["key.pub"], overwrite: false);
        using EcPrivateKey read = KeyFile.ReadPrivate(_folder["key.pem"], password);
        Assert.Equal(key.PublicKey, read.PublicKey);
        Assert.Equal(key.PublicKey, KeyFile.ReadPublic(_folder["key.pub"]));
        byte[] digest = RandomNumberGenerator.GetBytes(32);
        Assert.True(key.PublicKey.VerifyDigest(digest, read.SignDigest(digest)));
        Assert.Contains("BEGIN ENCRYPTED PRIVATE KEY", File.ReadAllText(_folder["key.pem"]), StringComparison.Ordinal);
        Refuses("PasswordMissing", () => KeyFile.ReadPrivate(_folder["key.pem"], null));
        using SecureString wrong = SampleKeys.Secret("password");
        Refuses("PasswordWrong", () => KeyFile.ReadPrivate(_folder["key.pem"], wrong));
    }

    [Fact]
    public void An_empty_password_never_makes_a_plain_key()
    {
        using EcPrivateKey key = EcPrivateKey.Generate(EcCurve.P256);
        using SecureString empty = new();
        Refuses("PasswordEmpty", () => KeyFile.WritePair(key, empty, _folder["key.pem"], _folder["key.pub"], overwrite: false));
        Assert.Empty(Directory.GetFiles(_folder.FullPath));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void When_one_half_cannot_be_written_both_files_are_as_they_were(bool privateHalf)
    {
        // A name that no file system takes, which shows only when the file is given its name.
        string tooLong = _folder[new string('n', 300)];
        using EcPrivateKey key = EcPrivateKey.Generate(EcCurve.P256);
        string half = _folder.Write("half", "what was there");
        (string privatePath, string publicPath) = privateHalf ? (tooLong, half) : (half, tooLong);
        Assert.ThrowsAny<ModelSigningException>(() => KeyFile.WritePair(key, null, privatePath, publicPath, overwrite: true));
        Assert.Equal("what was there", File.ReadAllText(half));
        Assert.Equal([half], Directory.GetFiles(_folder.FullPath));
    }

    [Fact]
    public void A_pair_without_password_is_plain_for_its_owner_only_and_never_replaced_unasked()
    {
        using EcPrivateKey key = EcPrivateKey.Generate(EcCurve.P256);
        KeyFile.WritePair(key, null, _folder["key.pem"], _folder["key.pub"], overwrite: false);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["key.pem"]));
        }

        using EcPrivateKey other = EcPrivateKey.Generate(EcCurve.P256);
        Refuses("KeyFileExists", () => KeyFile.WritePair(other, null, _folder["new.pem"], _folder["key.pub"], overwrite: false));
        Refuses("KeyFileExists", () => KeyFile.WritePair(other, null, _folder["key.pem"], _folder["new.pub"], overwrite: false));
        Assert.Equal(["key.pem", "key.pub"], Directory.GetFiles(_folder.FullPath).Select(Path.GetFileName).Order());
        KeyFile.WritePair(other, null, _folder["key.pem"], _folder["key.pub"], overwrite: true);
        Assert.Equal(other.PublicKey, KeyFile.ReadPublic(_folder["key.pub"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pair_whose_second_half_fails_leaves_both_files_as_they_were(bool overwrite)
    {
        using EcPrivateKey old = EcPrivateKey.Generate(EcCurve.P256), key = EcPrivateKey.Generate(EcCurve.P256);
        if (overwrite)
        {
            KeyFile.WritePair(old, null, _folder["key.pem"], _folder["key.pub"], overwrite: false);
        }

        // A name that is too long fails only when it is given, after all checks.
        string tooLong = _folder[new string('k', 300)];
        Assert.ThrowsAny<ModelSigningException>(() => KeyFile.WritePair(key, null, tooLong, _folder["key.pub"], overwrite));
        Assert.ThrowsAny<ModelSigningException>(() => KeyFile.WritePair(key, null, _folder["key.pem"], tooLong, overwrite));
        Assert.Equal(overwrite ? ["key.pem", "key.pub"] : [], Directory.GetFiles(_folder.FullPath).Select(Path.GetFileName).Order());
        if (overwrite)
        {
            using EcPrivateKey read = KeyFile.ReadPrivate(_folder["key.pem"], null);
            Assert.Equal(old.PublicKey, read.PublicKey);
            Assert.Equal(old.PublicKey, KeyFile.ReadPublic(_folder["key.pub"]));
        }
    }

    [Theory]
    [InlineData(SampleKeys.Secp256k1, "KeyCurveRefused")]
    [InlineData(SampleKeys.ExplicitParameters, "KeyCurveRefused")]
    [InlineData(SampleKeys.Ed25519, "KeyAlgorithmRefused")]
    [InlineData(SampleKeys.EncryptedLegacy, "KeyEncryptionUnknown")]
    [InlineData(SampleKeys.EncryptedByCosign, "KeyEncryptionUnknown")]
    [InlineData(SampleKeys.EncryptedAes, "PasswordMissing")]
    [InlineData(SampleKeys.Public, "KeyKindWrong")]
    [InlineData(SampleKeys.Sec1 + "\n" + SampleKeys.Sec1, "KeyMalformed")]
    [InlineData("", "KeyMalformed")]
    [InlineData("just text", "KeyMalformed")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "KeyMalformed")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----", "KeyMalformed")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----", "KeyAlgorithmRefused")]
    public void A_private_key_that_cannot_sign_models_is_refused_for_its_reason(string pem, string id) => Refuses(id, () => ReadPrivate(pem, null));

    [Theory]
    [InlineData(SampleKeys.Secp256k1Public, "KeyCurveRefused")]
    [InlineData(SampleKeys.ExplicitParametersPublic, "KeyCurveRefused")]
    [InlineData(SampleKeys.Ed25519Public, "KeyAlgorithmRefused")]
    [InlineData(SampleKeys.PublicCompressed, "KeyInvalid")]
    [InlineData(SampleKeys.Sec1, "KeyKindWrong")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "KeyKindWrong")]
    [InlineData("-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----", "KeyAlgorithmRefused")]
    [InlineData(SampleKeys.Public + "\n" + SampleKeys.Public, "KeyMalformed")]
    [InlineData("{}", "KeyMalformed")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "KeyMalformed")]
    public void A_public_key_that_cannot_verify_models_is_refused_for_its_reason(string pem, string id) => Refuses(id, () => ReadPublic(pem));

    [Fact]
    public void An_RSA_key_is_refused_in_every_form()
    {
        using RSA rsa = RSA.Create(2048);
        Refuses("KeyAlgorithmRefused", () => ReadPrivate(rsa.ExportPkcs8PrivateKeyPem(), null));
        Refuses("KeyAlgorithmRefused", () => ReadPrivate(rsa.ExportRSAPrivateKeyPem(), null));
        Refuses("KeyAlgorithmRefused", () => ReadPublic(rsa.ExportSubjectPublicKeyInfoPem()));
        PbeParameters parameters = new(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1);
        Refuses("KeyAlgorithmRefused", () => ReadPrivate(rsa.ExportEncryptedPkcs8PrivateKeyPem(SampleKeys.Password, parameters), SampleKeys.Password));
    }

    [Theory]
    [InlineData(PbeEncryptionAlgorithm.Aes128Cbc, "SHA1")]
    [InlineData(PbeEncryptionAlgorithm.Aes192Cbc, "SHA256")]
    [InlineData(PbeEncryptionAlgorithm.Aes256Cbc, "SHA384")]
    [InlineData(PbeEncryptionAlgorithm.Aes256Cbc, "SHA512")]
    [InlineData(PbeEncryptionAlgorithm.TripleDes3KeyPkcs12, "SHA1")]
    public void Every_usual_encryption_is_opened(PbeEncryptionAlgorithm algorithm, string hash)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string pem = key.ExportEncryptedPkcs8PrivateKeyPem("pässwörd", new PbeParameters(algorithm, new HashAlgorithmName(hash), 3));
        using EcPrivateKey read = ReadPrivate(pem, "pässwörd");
        Assert.Equal(EcPublicKey.Of(key, "test"), read.PublicKey);
        Refuses("PasswordWrong", () => ReadPrivate(pem, "password"));
    }

    [Fact]
    public void A_wrong_password_is_told_as_such_though_the_padding_is_in_order_by_chance()
    {
        string pem = SampleKeys.EncryptedAes;
        Assert.All(Enumerable.Range(0, 600), number => Refuses("PasswordWrong", () => ReadPrivate(pem, $"wrong {number}")));
    }

    [Theory]
    [InlineData("10000001", "PasswordIterations")]
    [InlineData("2147483647", "PasswordIterations")]
    [InlineData("4294967297", "PasswordIterations")]
    [InlineData("340282366920938463463374607431768211456", "PasswordIterations")]
    [InlineData("0", "KeyMalformed")]
    [InlineData("-1", "KeyMalformed")]
    [InlineData("1000", "PasswordWrong")]
    public void The_rounds_of_an_encrypted_key_are_read_before_any_is_done(string iterations, string id)
    {
        foreach (byte[] der in (byte[][])[CostlyFiles.Pbes2Key(BigInteger.Parse(iterations, CultureInfo.InvariantCulture)), CostlyFiles.Pkcs12EncryptedKey(BigInteger.Parse(iterations, CultureInfo.InvariantCulture))])
        {
            Refuses(id, () => ReadPrivate(PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", der), "secret"));
        }
    }

    public static TheoryData<string> CostlyPkcs12 => ["mac", "key", "certificates", "nested key"];

    [Theory]
    [MemberData(nameof(CostlyPkcs12))]
    public void The_rounds_of_a_PKCS12_file_are_read_before_any_is_done_also_inside_its_encrypted_parts(string where)
    {
        using SecureString password = SampleKeys.Secret(CostlyFiles.Password);
        byte[] file = CostlyFiles.Pkcs12(where, 2147483647);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Core.Certificates.Pkcs12File.Open(file, password, "file"));
        Assert.Equal(KeyErrors.PasswordIterations, refusal.Definition);
    }

    [Fact]
    public void A_point_that_is_not_on_its_curve_is_refused()
    {
        using EcPrivateKey key = EcPrivateKey.Generate(EcCurve.P256);
        byte[] der = key.PublicKey.SubjectPublicKeyInfo.ToArray();
        der[^1] ^= 1;
        Refuses("KeyInvalid", () => ReadPublic(PemEncoding.WriteString("PUBLIC KEY", der)));
    }

    [Fact]
    public void Bytes_after_a_key_are_refused()
    {
        using EcPrivateKey key = EcPrivateKey.Generate(EcCurve.P256);
        byte[] der = [.. key.PublicKey.SubjectPublicKeyInfo.Span, 0];
        Refuses("KeyMalformed", () => ReadPublic(PemEncoding.WriteString("PUBLIC KEY", der)));
    }

    [Fact]
    public void A_private_key_with_the_public_half_of_another_signs_nothing()
    {
        using ECDsa one = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa two = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] der = one.ExportPkcs8PrivateKey();
        ECParameters other = two.ExportParameters(false);
        int at = der.AsSpan().IndexOf(one.ExportParameters(false).Q.X!);
        other.Q.X!.CopyTo(der, at);
        other.Q.Y!.CopyTo(der, at + 32);
        string pem = PemEncoding.WriteString("PRIVATE KEY", der);
        ModelSigningException error = Assert.Throws<ModelSigningException>(() =>
        {
            using EcPrivateKey key = ReadPrivate(pem, null);
            Core.Signing.EnvelopeSigner.Sign(key, "{}"u8.ToArray());
        });
        Assert.Contains(error.Definition.Id, (string[])["KeyInvalid", "SigningFailed"]);
    }

    [Fact]
    public void A_file_that_is_absent_or_far_too_large_is_told()
    {
        Refuses("KeyNotFound", () => KeyFile.ReadPublic(_folder["nowhere.pem"]));
        Refuses("KeyUnreadable", () => KeyFile.ReadPublic(_folder.FullPath));
        Assert.Equal("Specify the path of a file.", Assert.Throws<ModelSigningException>(() => KeyFile.ReadPublic(_folder.FullPath)).Cure);
        _folder.Write("large.pem", new byte[KeyFile.MaximumLength + 1]);
        Refuses("KeyTooLarge", () => KeyFile.ReadPrivate(_folder["large.pem"], null));
    }

    private static void Refuses(string id, Func<object> action) => Refuses(id, () => { action(); });

    private static void Refuses(string id, Action action) => Assert.Equal(id, Assert.Throws<ModelSigningException>(action).Definition.Id);

    private EcPublicKey ReadPublic(string pem) => KeyFile.ReadPublic(_folder.Write("public.pem", pem));

    private EcPrivateKey ReadPrivate(string pem, string? password)
    {
        using SecureString? secret = password is null ? null : SampleKeys.Secret(password);
        return KeyFile.ReadPrivate(_folder.Write("private.pem", pem), secret);
    }
}
