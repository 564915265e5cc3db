using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ModelSigning.Testing.Certificates;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Tests;

/// <summary>Trust on first use: what New-ModelTrustPolicy writes trusts the signer of today and nobody who stood in between.</summary>
public sealed class FirstUseTests : IDisposable
{
    private const string Write = "param($p, $m) New-ModelTrustPolicy $p $m -Confirm:$false", WriteIssuer = Write + " -PinIssuer";
    private const string Verify = "param($p, $m) Test-ModelSignature -LiteralPath $m -TrustPolicy $p -Quiet";

    private readonly ModuleSession _session = new();
    private readonly SampleModel _model = new();
    private readonly TestCertificate _root = TestCertificate.SelfSigned(Authority("Vendor Root"));
    private readonly TestCertificate _leaf;

    public FirstUseTests() => _leaf = _root.Issue(Leaf("Vendor Models"));

    private string Policy => _model.Folder["policy.json"];

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
        _root.Dispose();
        _leaf.Dispose();
    }

    [Fact]
    public void A_stranger_who_certified_the_vendors_authority_under_its_own_name_is_not_trusted()
    {
        using TestCertificate stranger = TestCertificate.SelfSigned(Authority("Vendor Root"));
        using TestCertificate cross = stranger.Issue(Authority("Vendor Root") with { Key = _root.Key });
        using TestCertificate forged = stranger.Issue(Leaf("Vendor Models"));
        foreach (string write in (string[])[Write, WriteIssuer])
        {
            Sign(_leaf, _root);
            SetChain(_leaf, cross, stranger);
            _session.Run(write + " -Force", Policy, _model.Path).ThrowIfFailed();
            Assert.True(IsValid());
            Sign(forged, stranger);
            Assert.False(IsValid());
        }
    }

    [Fact]
    public void The_certificate_alone_is_trusted_unless_its_issuer_is_asked_for()
    {
        using TestCertificate renewed = _root.Issue(Leaf("Vendor Models"));
        using TestCertificate colleague = _root.Issue(Leaf("Vendor Printer"));
        Sign(_leaf, _root);
        _session.Run(Write, Policy, _model.Path).ThrowIfFailed();
        Assert.True(IsValid());
        Sign(renewed, _root);
        Assert.False(IsValid());

        Sign(_leaf, _root);
        _session.Run(WriteIssuer + " -Force", Policy, _model.Path).ThrowIfFailed();
        Sign(renewed, _root);
        Assert.True(IsValid());
        Sign(colleague, _root);
        Assert.False(IsValid());
    }

    [Fact]
    public void An_issuer_that_the_signature_does_not_carry_is_not_guessed()
    {
        Sign(_leaf);
        Assert.Equal("FirstUseUnknown", _session.Run(WriteIssuer, Policy, _model.Path).ErrorId);
        Assert.False(File.Exists(Policy));
        _session.Run(Write, Policy, _model.Path).ThrowIfFailed();
        Assert.True(IsValid());
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("-PinIssuer", false)]
    public void The_question_shows_whose_fingerprint_is_trusted_and_proposes_No(string parameter, bool leaf)
    {
        Sign(_leaf, _root);
        ScriptedHost host = new(choice: 1);
        using ModuleSession session = new(host);
        session.Run($"param($p, $m) New-ModelTrustPolicy $p $m {parameter}", Policy, _model.Path).ThrowIfFailed();
        string fingerprint = (leaf ? _leaf : _root).Certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
        Assert.Contains(host.Shown, text => text.Contains(fingerprint, StringComparison.Ordinal));
        Assert.Equal((1, 1), (host.Choices, host.DefaultChoice));
        Assert.False(File.Exists(Policy));
    }

    [Fact]
    public void The_question_shows_the_SHA_256_of_the_key_that_is_trusted()
    {
        _model.Sign(_session);
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(_model.PublicKey));
        ScriptedHost host = new(choice: 1);
        using ModuleSession session = new(host);
        session.Run("param($p, $m, $k) New-ModelTrustPolicy $p $m -PublicKey $k", Policy, _model.Path, _model.PublicKey).ThrowIfFailed();
        string digest = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n")));
        Assert.Contains(host.Shown, text => text.Contains(digest, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-Confirm:$false", 0)]
    [InlineData("-Confirm", 1)]
    [InlineData("-WhatIf", 0)]
    public void The_question_is_asked_once_and_the_usual_switches_hold(string parameter, int asked)
    {
        Sign(_leaf, _root);
        ScriptedHost host = new(choice: 0);
        using ModuleSession session = new(host);
        session.Run($"param($p, $m) New-ModelTrustPolicy $p $m {parameter}", Policy, _model.Path).ThrowIfFailed();
        Assert.Equal(asked, host.Choices);
        Assert.Equal(parameter != "-WhatIf", File.Exists(Policy));
    }

    [Fact]
    public void A_session_that_says_never_to_ask_is_not_asked()
    {
        Sign(_leaf, _root);
        ScriptedHost host = new(choice: 1);
        using ModuleSession session = new(host);
        session.Run("param($p, $m) $ConfirmPreference = 'None'; New-ModelTrustPolicy $p $m", Policy, _model.Path).ThrowIfFailed();
        Assert.Equal(0, host.Choices);
        Assert.True(File.Exists(Policy));
    }

    [Fact]
    public void A_console_whose_input_has_ended_trusts_nobody_and_confirms_nothing()
    {
        Sign(_leaf, _root);
        using ModuleSession session = new(new ScriptedHost(ScriptedHost.EndOfInput));
        Assert.Equal("FirstUseUnconfirmed", session.Run("param($p, $m) New-ModelTrustPolicy $p $m", Policy, _model.Path).ErrorId);
        Assert.False(File.Exists(Policy));
        Assert.Equal("ConfirmationImpossible", session.Run("param($k) New-ModelSigningKey $k -NoPassword -Confirm", Policy + ".key").ErrorId);
    }

    [Fact]
    public void A_session_that_cannot_be_asked_trusts_nobody()
    {
        Sign(_leaf, _root);
        Assert.Equal("FirstUseUnconfirmed", _session.Run("param($p, $m) New-ModelTrustPolicy $p $m", Policy, _model.Path).ErrorId);
        Assert.False(File.Exists(Policy));
    }

    [Theory]
    [InlineData("acme/m1", "globex/m1")]
    [InlineData("m1", "globex/m1")]
    [InlineData("acme/m1", "acme/m1/m1")]
    public void Models_of_one_name_get_a_rule_each_for_their_own_paths(string first, string second)
    {
        using SampleModel other = new();
        string[] models = [CopyModel(first), CopyModel(second)];
        _session.Run("param($a, $k) New-ModelSignature -LiteralPath $a -PrivateKey $k -Force", models[1], other.PrivateKey).ThrowIfFailed();
        _session.Run("param($a, $k) New-ModelSignature -LiteralPath $a -PrivateKey $k -Force", models[0], _model.PrivateKey).ThrowIfFailed();
        _session.Run("param($p, $a, $b, $k, $l) New-ModelTrustPolicy $p $a, $b, $a -PublicKey $k, $l -Confirm:$false",
            Policy, models[0], models[1], _model.PublicKey, other.PublicKey).ThrowIfFailed();
        Assert.All(models, model => Assert.True(IsValid(model)));
        _session.Run("param($a, $k) New-ModelSignature -LiteralPath $a -PrivateKey $k -Force", models[1], _model.PrivateKey).ThrowIfFailed();
        Assert.False(IsValid(models[1]));
    }

    [Fact]
    public void A_model_whose_name_would_match_others_gets_no_rule()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such names.");
        }

        string model = CopyModel("m*");
        _session.Run("param($a, $k) New-ModelSignature -LiteralPath $a -PrivateKey $k", model, _model.PrivateKey).ThrowIfFailed();
        Assert.Equal("FirstUseUnknown", _session.Run(
            "param($p, $a, $k) New-ModelTrustPolicy $p -LiteralPath $a -PublicKey $k -Confirm:$false", Policy, model, _model.PublicKey).ErrorId);
        Assert.False(File.Exists(Policy));
    }

    [Fact]
    public void Names_that_are_one_name_to_the_policy_of_this_system_get_no_rules_and_no_file()
    {
        // The Kelvin sign has the small letter k: where case makes no difference, a pattern of either name matches both models.
        string[] models = [CopyModel("kk"), CopyModel("k\u212A")];
        Assert.All(models, model => _session.Run("param($a, $k) New-ModelSignature -LiteralPath $a -PrivateKey $k", model, _model.PrivateKey).ThrowIfFailed());
        Outcome outcome = _session.Run("param($p, $a, $b, $k) New-ModelTrustPolicy $p $a, $b -PublicKey $k -Confirm:$false", Policy, models[0], models[1], _model.PublicKey);
        bool foldsCase = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();
        Assert.Equal(foldsCase ? ["FirstUseUnknown"] : [], outcome.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Equal(foldsCase, !File.Exists(Policy));
    }

    [Fact]
    public void A_single_file_of_a_signed_folder_gets_no_rule()
    {
        _model.Sign(_session);
        Assert.Equal("FirstUseUnknown", _session.Run("param($p, $f, $s, $k) New-ModelTrustPolicy $p $f -SignaturePath $s -PublicKey $k -Confirm:$false",
            Policy, _model["weights.bin"], _model.Signature, _model.PublicKey).ErrorId);
    }

    private string CopyModel(string relative)
    {
        foreach (string file in SampleModel.Names)
        {
            _model.Folder.Write($"store/{relative}/{file}", "content of " + file);
        }

        return _model.Folder["store/" + relative];
    }

    private bool IsValid(string? model = null) => true.Equals(_session.Run(Verify, Policy, model ?? _model.Path).Value);

    private void Sign(TestCertificate leaf, params TestCertificate[] chain) => _session.Run(
        $"param($m, $c, $k, $r) New-ModelSignature -LiteralPath $m -Certificate $c -PrivateKey $k {(chain.Length > 0 ? "-CertificateChain $r" : "")} -Force", _model.Path,
        _model.Folder.Write("leaf.pem", leaf.CertificatePem), _model.Folder.Write("leaf.key", leaf.KeyPem),
        _model.Folder.Write("chain.pem", string.Concat(chain.Select(one => one.CertificatePem)))).ThrowIfFailed();

    // No signature covers the chain.
    private void SetChain(params TestCertificate[] chain)
    {
        JsonNode bundle = JsonNode.Parse(File.ReadAllText(_model.Signature))!;
        bundle["verificationMaterial"]!["x509CertificateChain"]!["certificates"] = new JsonArray(
            [.. chain.Select(one => new JsonObject { ["rawBytes"] = Convert.ToBase64String(one.Certificate.RawData) })]);
        File.WriteAllText(_model.Signature, bundle.ToJsonString());
    }
}
