using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Testing.Certificates;
using ModelSigning.Testing.Timestamps;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Tests;

/// <summary>Signing and verifying with certificates at the prompt.</summary>
public sealed class CertificateTests : IDisposable
{
    private const string Password = "pässword";

    private readonly ModuleSession _session = new();
    private readonly SampleModel _model = new();
    private readonly TestCertificate _root = TestCertificate.SelfSigned(Authority("Company root"));
    private readonly TestCertificate _intermediate;
    private readonly TestCertificate _leaf;

    public CertificateTests()
    {
        _intermediate = _root.Issue(Authority("Company issuing"));
        _leaf = _intermediate.Issue(Leaf("Model release"));
        File("root.pem", _root.CertificatePem);
        File("intermediate.pem", _intermediate.CertificatePem);
        File("leaf.pem", "Certificate:\n  Data: text as openssl writes it\n" + _leaf.CertificatePem);
        File("leaf.key", _leaf.KeyPem);
        File("both.pem", _leaf.CertificatePem + _leaf.KeyPem);
        _model.Folder.Write("leaf.cer", _leaf.Certificate.RawData);
        using X509Certificate2 whole = _leaf.WithPrivateKey();
        X509Certificate2Collection all = [whole, _intermediate.Certificate];
        _model.Folder.Write("leaf.pfx", all.Export(X509ContentType.Pkcs12, Password)!);
        _model.Folder.Write("open.pfx", whole.Export(X509ContentType.Pkcs12)!);
        X509Certificate2Collection without = [_leaf.Certificate];
        _model.Folder.Write("nokey.pfx", without.Export(X509ContentType.Pkcs12)!);
    }

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    public static TheoryData<string, string> Sources => new()
    {
        { "PEM", "-Certificate $f/leaf.pem -PrivateKey $f/leaf.key -CertificateChain $f/intermediate.pem" },
        { "DER", "-Certificate $f/leaf.cer -PrivateKey $f/leaf.key -CertificateChain $f/intermediate.pem" },
        { "one file", "-Certificate $f/both.pem -CertificateChain $f/intermediate.pem" },
        { "PKCS#12", "-Certificate $f/leaf.pfx -KeyPassword $p" },
        { "PKCS#12 without password", "-Certificate $f/open.pfx -CertificateChain $f/intermediate.pem" },
        { "object", "-Certificate $c -CertificateChain $f/intermediate.pem" },
        { "object and key", "-Certificate $c -PrivateKey $f/leaf.key -CertificateChain $f/intermediate.pem, $f/root.pem" },
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_model_signed_with_a_certificate_verifies_by_its_root(string source, string arguments)
    {
        Assert.NotEmpty(source);
        dynamic signed = Sign(arguments).Single;
        Assert.Equal("Certificate", signed.Method);
        dynamic result = Verify("-TrustedCertificate $f/root.pem").Single;
        Assert.Equal("Valid", result.Status);
        Assert.Equal("Certificate", result.Method);
        Assert.Equal("CN=Model release", result.Signer);
        Assert.Equal(_leaf.Certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(), result.SignerFingerprint);
        Assert.Equal("CN=Company root", result.TrustAnchor);
        Assert.Equal("CN=Model release", result.SignerSubject);
        using X509Certificate2 signer = result.GetSignerCertificate();
        Assert.Equal(_leaf.Certificate.RawData, signer.RawData);
        Assert.False(signer.HasPrivateKey);
        Assert.Null(result.GetTimestampCertificate());
    }

    [Fact]
    public void A_certificate_object_comes_from_the_pipeline()
    {
        using X509Certificate2 whole = _leaf.WithPrivateKey();
        _session.Run("param($m, $c, $f) $c | New-ModelSignature $m -CertificateChain $f/intermediate.pem", _model.Path, whole, _model.Folder.FullPath).ThrowIfFailed();
        Assert.Equal("Valid", Verify("-TrustedCertificate $f/root.pem").Single.Status);
    }

    [Fact]
    public void Models_from_the_pipeline_are_signed_with_one_certificate()
    {
        Outcome outcome = _session.Run(
            "param($m, $f) $m | New-ModelSignature -Certificate $f/both.pem -CertificateChain $f/intermediate.pem", _model.Path, _model.Folder.FullPath);
        Assert.Equal(_model.Path, outcome.Single.Path);
    }

    [Fact]
    public void A_signing_certificate_is_the_file_of_that_very_name()
    {
        using TestCertificate other = _intermediate.Issue(Leaf("Other release"));
        File("[b]oth.pem", other.CertificatePem + other.KeyPem);
        Sign("-Certificate \"$f/[b]oth.pem\" -CertificateChain $f/intermediate.pem").ThrowIfFailed();
        Assert.Equal("CN=Other release", Verify("-TrustedCertificate $f/root.pem").Single.Signer);
    }

    [Fact]
    public void Trusted_certificates_are_found_by_a_pattern_and_not_by_a_name_that_could_be_one()
    {
        Sign("-Certificate $f/both.pem -CertificateChain $f/intermediate.pem").ThrowIfFailed();
        File("trusted/root.pem", _root.CertificatePem);
        Assert.Equal("Valid", Verify("-TrustedCertificate $f/trusted/*.pem").Single.Status);
        Assert.Equal("CertificateNotFound", Verify("-TrustedCertificate $f/trusted/*.cer").ErrorId);
        File("trusted/[r]oot.pem", _intermediate.CertificatePem);
        Assert.Equal("PathAmbiguous", Verify("-TrustedCertificate \"$f/trusted/[r]oot.pem\"").ErrorId);
    }

    public static TheoryData<string, string> BadSigning => new()
    {
        { "-Certificate $f/leaf.pem", "CertificatePrivateKeyMissing" },
        { "-Certificate $f/leaf.pem -PrivateKey $f/signing.key", "CertificateKeyMismatch" },
        { "-Certificate $f/nowhere.pem", "CertificateNotFound" },
        { "-Certificate A123456789012345678901234567890123456789", "CertificateNotFound" },
        { "-Certificate $f/leaf.key -PrivateKey $f/leaf.key", "CertificateMissing" },
        { "-Certificate $f/model/weights.bin -PrivateKey $f/leaf.key", "CertificateMalformed" },
        { "-Certificate $f/leaf.pfx -KeyPassword $w", "Pkcs12PasswordWrong" },
        { "-Certificate $f/leaf.pfx", "PasswordMissing" },
        { "-Certificate $f/nokey.pfx", "Pkcs12KeyMissing" },
        { "-Certificate $f/both.pem -CertificateChain $f/leaf.key", "CertificateMissing" },
        { "-Certificate $f/both.pem -TimestampServer ftp://example.com", "TimestampServerInvalid" },
        { "-Certificate $f/both.pem -TimestampServer http://127.0.0.1:1/", "TimestampServerUnreachable" },
        { "-Certificate $f/both.pem -TimestampServer http://127.0.0.1:1/ -TimestampCertificate $f/intermediate.pem", "NoTrustAnchor" },
    };

    [Theory]
    [MemberData(nameof(BadSigning))]
    public void What_cannot_sign_is_refused_by_its_own_id_and_nothing_is_written(string arguments, string id)
    {
        Assert.Equal(id, Sign(arguments).ErrorId);
        Assert.False(System.IO.File.Exists(_model.Signature));
    }

    public static TheoryData<string, string> BadTrust => new()
    {
        { "-TrustedCertificate $f/intermediate.pem", "NoTrustAnchor" },
        { "-TrustedCertificate $f/leaf.pem", "NoTrustAnchor" },
        { "-TrustedCertificate $f/nowhere.pem", "CertificateNotFound" },
        { "-TrustedCertificate $f/root.pem -VerificationTime 1999-01-01", "CertificateNotYetValid" },
        { "-TrustedCertificate $f/root.pem -VerificationTime 2199-01-01", "CertificateExpired" },
        { "-PublicKey $f/signing.pub", "MethodMismatch" },
        { "-SystemTrust -Subject 'CN=Model release'", "CertificateIssuerUnknown" },
        { "-TrustedCertificate $f/root.pem -Subject 'CN=Somebody else'", "CertificateSignerMismatch" },
        { "-TrustedCertificate $f/root.pem -Subject nobody", "CertificateSubjectInvalid" },
    };

    [Theory]
    [MemberData(nameof(BadTrust))]
    public void A_chain_that_is_not_trusted_writes_no_object(string arguments, string id)
    {
        Sign("-Certificate $f/both.pem -CertificateChain $f/intermediate.pem").ThrowIfFailed();
        Outcome outcome = Verify(arguments);
        Assert.Empty(outcome.Output);
        Assert.Equal(id, outcome.ErrorId);
    }

    [Fact]
    public void The_system_is_never_trusted_without_a_subject() => Assert.Equal("True,True", _session.Run(
        "$sets = (Get-Command Test-ModelSignature).ParameterSets | Where-Object { $_.Parameters.Name -contains 'SystemTrust' }\n" +
        "@($sets | ForEach-Object { $_.Parameters | Where-Object Name -eq Subject } | ForEach-Object IsMandatory) -join ','").Single.ToString());

    [Fact]
    public void A_subject_may_be_named_beside_the_root()
    {
        Sign("-Certificate $f/both.pem -CertificateChain $f/intermediate.pem").ThrowIfFailed();
        Assert.Equal("Valid", Verify("-TrustedCertificate $f/root.pem -Subject 'CN=Model release'").Single.Status);
    }

    [Fact]
    public void A_partial_chain_is_an_explicit_choice()
    {
        Sign("-Certificate $f/both.pem").ThrowIfFailed();
        Assert.Equal("Valid", Verify("-TrustedCertificate $f/intermediate.pem -AllowPartialChain").Single.Status);
        Assert.Equal("Valid", Verify("-TrustedCertificate $f/intermediate.pem, $f/root.pem").Single.Status);
    }

    [Fact]
    public async Task A_timestamp_tells_when_it_was_signed_and_by_whose_clock()
    {
        await using TimestampServer server = await TimestampServer.StartAsync();
        File("timestamps.pem", server.Root.CertificatePem);
        string address = server.Address.ToString();
        Sign($"-Certificate $f/both.pem -CertificateChain $f/intermediate.pem -TimestampServer {address} -TimestampCertificate $f/timestamps.pem").ThrowIfFailed();
        dynamic result = Verify("-TrustedCertificate $f/root.pem -TimestampCertificate $f/timestamps.pem").Single;
        Assert.NotNull(result.SignedTime);
        Assert.Equal("CN=Test timestamp root", result.TimeSource);
        Assert.Single(Verify("-TrustedCertificate $f/root.pem").ThrowIfFailed().Warnings);

        Sign($"-PrivateKey $f/signing.key -TimestampServer {address} -Force").ThrowIfFailed();
        Assert.NotNull(Verify("-PublicKey $f/signing.pub -TimestampCertificate $f/timestamps.pem").Single.SignedTime);

        File("trusted_root.json", TrustedRoot(server));
        Assert.NotNull(Verify("-PublicKey $f/signing.pub -TrustedRoot $f/trusted_root.json").Single.SignedTime);

        server.Fault = TimestampFault.Nonce;
        byte[] before = System.IO.File.ReadAllBytes(_model.Signature);
        Assert.Equal("TimestampNonceMismatch", Sign($"-PrivateKey $f/signing.key -TimestampServer {address} -Force").ErrorId);
        Assert.Equal(before, System.IO.File.ReadAllBytes(_model.Signature));
    }

    [Theory]
    [InlineData("leaf.pem")]
    [InlineData("leaf.cer")]
    [InlineData("open.pfx")]
    [InlineData("leaf.pfx")]
    public void A_public_key_is_taken_from_whatever_holds_it(string file)
    {
        Sign("-PrivateKey $f/leaf.key").ThrowIfFailed();
        Assert.Equal("Valid", Verify($"-PublicKey $f/{file}{(file == "leaf.pfx" ? " -KeyPassword $p" : "")}").Single.Status);
    }

    [Fact]
    public void Only_paths_thumbprints_and_certificates_are_taken_for_certificates() =>
        Assert.StartsWith("ParameterArgumentTransformationError", Sign("-Certificate 42").ErrorId, StringComparison.Ordinal);

    /// <summary>A Sigstore trusted root that lists the server's authority and nothing else.</summary>
    private static string TrustedRoot(TimestampServer server) => $$"""
        { "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
          "timestampAuthorities": [ { "subject": { "organization": "test", "commonName": "test" }, "uri": "http://example.com",
            "certChain": { "certificates": [ { "rawBytes": "{{Convert.ToBase64String(server.Signer.Certificate.RawData)}}" },
                                             { "rawBytes": "{{Convert.ToBase64String(server.Root.Certificate.RawData)}}" } ] },
            "validFor": { "start": "2020-01-01T00:00:00Z" } } ] }
        """;

    private void File(string name, string text) => _model.Folder.Write(name, text);

    private Outcome Sign(string arguments) => Run("New-ModelSignature", arguments);

    private Outcome Verify(string arguments) => Run("Test-ModelSignature", arguments);

    private Outcome Run(string command, string arguments)
    {
        using X509Certificate2 whole = _leaf.WithPrivateKey();
        return _session.Run(
            $"param($m, $f, $c, $p, $w) {command} -LiteralPath $m {arguments}", _model.Path, _model.Folder.FullPath, whole, Secrets.Of(Password), Secrets.Of("wrong"));
    }
}
