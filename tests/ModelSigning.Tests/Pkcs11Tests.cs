using System.Management.Automation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Testing;
using ModelSigning.Testing.Certificates;

namespace ModelSigning.Tests;

/// <summary>There is one SoftHSM for the process, which reads its configuration when it is loaded.</summary>
[CollectionDefinition(nameof(UsesSoftHsm), DisableParallelization = true)]
public sealed class UsesSoftHsm : ICollectionFixture<SoftHsm>;

/// <summary>Tokens at the prompt.</summary>
[Collection(nameof(UsesSoftHsm))]
public sealed class Pkcs11Tests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly SampleModel _model = new();
    private readonly SoftHsm _token;

    public Pkcs11Tests(SoftHsm token)
    {
        _token = token;
        token.Require();
    }

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Theory]
    [InlineData("key-256", "P-256")]
    [InlineData("key-384", "P-384")]
    [InlineData("key-521", "P-521")]
    public void A_model_signed_by_the_token_verifies_with_the_key_that_was_listed(string label, string curve)
    {
        Outcome outcome = _session.Run(
            """
            param($m, $module, $label, $pin)
            $key = Get-Pkcs11Key $module -Token 'Model signing' -Pin $pin | Where-Object Label -eq $label
            $signed = New-ModelSignature $m -Pkcs11Uri $key.Uri -Pin $pin
            if ($signed.Method -ne 'Key') { throw "The method is $($signed.Method)." }
            Test-ModelSignature $m -PublicKey $key.PublicKey | ForEach-Object { "$($_.Status) $($key.Curve)" }
            """, _model.Path, _token.ModulePath, label, Secrets.Of(SoftHsm.Pin));
        Assert.Equal($"Valid {curve}", outcome.Value);
    }

    [Fact]
    public void A_claim_signed_by_the_token_counts_for_its_key_alone()
    {
        Sign(_token.Uri("key-384")).ThrowIfFailed();
        Outcome outcome = _session.Run(
            """
            param($m, $u, $other, $pin)
            (@{ result = 'PASSED' } | New-ModelClaim $m -PredicateType test-result -Pkcs11Uri $u -Pin $pin).Method
            (Test-ModelClaim $m -PublicKey $u).Predicate.result
            (@{ result = 'FAILED' } | New-ModelClaim $m -PredicateType test-result -Pkcs11Uri $other -Pin $pin).Method
            @(Test-ModelClaim $m -PublicKey $u -Detailed).Status
            """, _model.Path, _token.Uri("key-384"), _token.Uri("key-256"), Secrets.Of(SoftHsm.Pin));
        Assert.Equal(["Key", "PASSED", "Key", "Valid", "NotTrusted"], outcome.ThrowIfFailed().Output.Select(value => value.BaseObject));
    }

    [Fact]
    public void The_public_key_is_taken_from_the_token_without_a_PIN_for_those_who_verify()
    {
        Sign(_token.Uri("key-384")).ThrowIfFailed();
        Assert.Equal("Valid", _session.Run("param($m, $u) Test-ModelSignature $m -PublicKey $u", _model.Path, _token.Uri("key-384")).Single.Status);
        Assert.Equal("KeyMismatch", _session.Run("param($m, $u) Test-ModelSignature $m -PublicKey $u", _model.Path, _token.Uri("key-256")).ErrorId);
    }

    [Fact]
    public void A_token_signs_with_a_certificate()
    {
        using TestCertificate root = TestCertificate.SelfSigned(CertificateSpecification.Authority("Root"));
        string pem = (string)_session.Run(
            "param($module, $pin) (Get-Pkcs11Key $module -Token 'Model signing' -Pin $pin | Where-Object Label -eq 'key-521').PublicKey",
            _token.ModulePath, Secrets.Of(SoftHsm.Pin)).Value;
        byte[] leaf = IssueFor(root, pem);
        _model.Folder.Write("leaf.cer", leaf);
        _model.Folder.Write("root.pem", root.CertificatePem);
        Outcome outcome = _session.Run(
            """
            param($m, $f, $u, $pin)
            (New-ModelSignature $m -Pkcs11Uri $u -Pin $pin -Certificate $f/leaf.cer).Method
            (Test-ModelSignature $m -TrustedCertificate $f/root.pem).Signer
            """, _model.Path, _model.Folder.FullPath, _token.Uri("key-521"), Secrets.Of(SoftHsm.Pin));
        Assert.Equal(["Certificate", "CN=Token leaf"], outcome.ThrowIfFailed().Output.Select(value => value.BaseObject));
        Assert.Equal("CertificateKeyMismatch", _session.Run(
            "param($m, $f, $u, $pin) New-ModelSignature $m -Force -Pkcs11Uri $u -Pin $pin -Certificate $f/leaf.cer",
            _model.Path, _model.Folder.FullPath, _token.Uri("key-256"), Secrets.Of(SoftHsm.Pin)).ErrorId);
    }

    [Fact]
    public void One_PIN_signs_many_models_and_a_wrong_one_is_tried_once()
    {
        using SampleModel second = new("second"), third = new("third");
        string script = "param($u, $pin, $a, $b, $c) $a, $b, $c | New-ModelSignature -Pkcs11Uri $u -Pin $pin";
        Outcome wrong = _session.Run(script, _token.Uri("key-256"), Secrets.Of("00000000"), _model.Path, second.Path, third.Path);
        Assert.Equal("Pkcs11PinWrong", wrong.ErrorId);
        Assert.Empty(wrong.Output);
        Assert.DoesNotContain("00000000", wrong.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(3, _session.Run(script, _token.Uri("key-256"), Secrets.Of(SoftHsm.Pin), _model.Path, second.Path, third.Path).ThrowIfFailed().Output.Count);
    }

    [Fact]
    public void Without_a_PIN_and_without_a_person_the_refusal_says_so()
    {
        Outcome outcome = _session.Run("param($m, $u) New-ModelSignature $m -Pkcs11Uri $u", _model.Path, _token.Uri("key-256"));
        Assert.Equal("Pkcs11PinRequired", outcome.ErrorId);
        Assert.Equal(ErrorCategory.AuthenticationError, outcome.Error.CategoryInfo.Category);
        Assert.False(File.Exists(_model.Signature));
    }

    [Theory]
    [InlineData("pkcs11:token", "Pkcs11UriMalformed")]
    [InlineData("pkcs11:token=a;token=b", "Pkcs11UriMalformed")]
    [InlineData("pkcs11:token=a;object=b?module-name=no-such-module", "Pkcs11ModuleNotFound")]
    public void A_bad_URI_is_refused_and_nothing_is_written(string uri, string id)
    {
        Assert.Equal(id, Sign(uri).ErrorId);
        Assert.False(File.Exists(_model.Signature));
    }

    private Outcome Sign(string uri) =>
        _session.Run("param($m, $u, $pin) New-ModelSignature $m -Pkcs11Uri $u -Pin $pin", _model.Path, uri, Secrets.Of(SoftHsm.Pin));

    private static byte[] IssueFor(TestCertificate root, string publicKey)
    {
        CertificateRequest request = new(new X500DistinguishedName("CN=Token leaf"), PublicKeyOf(publicKey), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        using X509Certificate2 leaf = request.Create(
            root.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa((ECDsa)root.Key),
            new DateTimeOffset(root.Certificate.NotBefore), new DateTimeOffset(root.Certificate.NotAfter), [1, 2, 3]);
        return leaf.RawData;
    }

    private static PublicKey PublicKeyOf(string pem)
    {
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new PublicKey(key);
    }
}
