using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Tests;

/// <summary>The Sigstore cmdlets on files of a private instance; none of them leaves this machine.</summary>
public sealed class SigstoreCommandTests : IDisposable
{
    private const string Verify =
        "param($f, $r, $id = 'alice@sigstore.test') Test-SigstoreBundle -LiteralPath $f -Identity $id -Issuer https://idp.sigstore.test -TrustedRoot $r";

    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();
    private readonly PrivateSigstore _instance = new();
    private readonly string _file;
    private readonly string _root;

    public SigstoreCommandTests()
    {
        _file = _folder.Write("tool.bin", "a tool");
        _folder.Write("tool.bin.sigstore.json", _instance.Bundles.SignMessage("a tool"u8.ToArray()).Bytes);
        _root = _folder.Write("trusted_root.json", CanonicalJson.File(_instance.TrustedRoot()));
    }

    public void Dispose()
    {
        _session.Dispose();
        _instance.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_file_that_verifies_comes_out_with_who_when_and_where()
    {
        dynamic result = _session.Run(Verify, _file, _root).Single;
        Assert.Equal("Valid", result.Status.ToString());
        Assert.Equal("alice@sigstore.test", result.Identity);
        Assert.Equal("Email", result.IdentityType);
        Assert.Equal("https://idp.sigstore.test", result.Issuer);
        Assert.Equal(_file + ".sigstore.json", result.BundlePath);
        Assert.Equal(TimeSpan.Zero, ((DateTimeOffset)result.SignedTime).Offset);
        Assert.Equal(_instance.Address.ToString(), result.TimeSource);
        Assert.Equal(_instance.Address.ToString(), result.LogEntries[0].Log);
        Assert.NotEmpty((string[])result.Findings);
    }

    [Fact]
    public void A_result_is_converted_to_JSON_with_claims_that_say_what_they_are()
    {
        string json = (string)_session.Run(Verify + " | ConvertTo-Json", _file, _root).Value;
        Assert.Equal("https://idp.sigstore.test", (string?)JsonNode.Parse(json)!["Claims"]!["Issuer"]);
    }

    [Fact]
    public void Detailed_has_a_row_for_a_file_that_does_not_exist()
    {
        Outcome outcome = _session.Run(Verify + " -Detailed", new[] { _file, _folder["gone.bin"] }, _root);
        Assert.Empty(outcome.Errors);
        Assert.Equal(["Valid", "UnknownError"], outcome.Output.Select(result => (string)((dynamic)result).Status));
        Assert.Equal(("ModelNotFound", _folder["gone.bin"]), (((dynamic)outcome.Output[1]).ErrorId, ((dynamic)outcome.Output[1]).Path));
    }

    /// <summary>Beside each file lies one that its name matches as a pattern, and that would have another answer.</summary>
    [Fact]
    public void A_literal_file_its_bundle_and_its_key_are_the_files_of_that_very_name()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] content = "a file"u8.ToArray();
        _folder.Write("[f].bin", content);
        _folder.Write("f.bin", "another");
        _folder.Write("[f].bin.sigstore.json", $$"""
            {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"team"} },"messageSignature":{
            "messageDigest":{"algorithm":"SHA2_256","digest":"{{Convert.ToBase64String(SHA256.HashData(content))}}"
            }, "signature":"{{Convert.ToBase64String(key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))}}"
            } }
            """);
        _folder.Write("f.bin.sigstore.json", "{}");
        _folder.Write("keys/k.pub", key.ExportSubjectPublicKeyInfoPem());
        const string script = "param($f, $k) Test-SigstoreBundle -LiteralPath \"$f/[f].bin\" -BundlePath \"$f/[f].bin.sigstore.json\" -PublicKey \"$f/keys/$k\"";
        Outcome valid = _session.Run(script, _folder.FullPath, "*.pub");
        Assert.Equal("Valid", valid.Single.Status);
        Assert.Contains("-LiteralPath", Assert.Single(valid.Warnings), StringComparison.Ordinal);
        Assert.Equal("PathAmbiguous", _session.Run(script.Replace("-LiteralPath", "-Path", StringComparison.Ordinal), _folder.FullPath, "k.pub").ErrorId);
        _folder.Write("keys/[k].pub", "somebody else's");
        Assert.Equal("PathAmbiguous", _session.Run(script, _folder.FullPath, "[k].pub").ErrorId);
        Assert.Equal("ModelNotFound", _session.Run("param($f) New-SigstoreBundle -LiteralPath \"$f/[t]ool.bin\" -WhatIf", _folder.FullPath).ErrorId);
    }

    [Fact]
    public void A_changed_file_and_another_signer_write_no_object_and_an_error_with_the_code()
    {
        Outcome other = _session.Run(Verify, _file, _root, "eve@sigstore.test");
        Assert.Empty(other.Output);
        Assert.Equal("IDENTITY", other.ErrorId);
        Assert.Contains("-Identity 'alice@sigstore.test'", other.Error.Exception.Message, StringComparison.Ordinal);
        _folder.Write("tool.bin", "another tool");
        Assert.Equal("LOG-BODY", _session.Run(Verify, _file, _root).ErrorId);
        Assert.Equal(false, _session.Run(Verify.Replace("-TrustedRoot $r", "-TrustedRoot $r -Quiet", StringComparison.Ordinal), _file, _root).Value);
        dynamic detailed = _session.Run(Verify.Replace("-TrustedRoot $r", "-TrustedRoot $r -Detailed", StringComparison.Ordinal), _file, _root).Single;
        Assert.Equal(("NotTrusted", "LOG-BODY", true), (detailed.Status.ToString(), detailed.ErrorId, detailed.Identity is null));
    }

    [Fact]
    public void A_digest_stands_for_the_file()
    {
        string digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData("a tool"u8));
        const string script = "param($d, $b, $r) Test-SigstoreBundle -Digest $d -BundlePath $b -IdentityPattern *@sigstore.test -Issuer https://idp.sigstore.test -TrustedRoot $r";
        Assert.Equal("Valid", _session.Run(script, digest, _file + ".sigstore.json", _root).Single.Status.ToString());
    }

    [Fact]
    public void An_identity_a_pattern_and_two_trusts_are_not_mixed()
    {
        const string script = "param($f, $r) Test-SigstoreBundle $f -Issuer https://idp.sigstore.test -TrustedRoot $r";
        Assert.Equal("IdentityNotGiven", _session.Run(script, _file, _root).ErrorId);
        Assert.Equal("IdentityNotGiven", _session.Run(script + " -Identity a -IdentityPattern b", _file, _root).ErrorId);
        Assert.Equal("TrustGivenTwice", _session.Run(script + " -Identity a -SigstoreInstance public", _file, _root).ErrorId);
        Assert.Equal("TRUSTED-ROOT", _session.Run(script + " -Identity a", _file, _file).ErrorId);
    }

    [Fact]
    public void A_model_that_an_identity_signed_verifies_with_the_embedded_trust()
    {
        string folder = SharedData.Require("testdata/oms/test/test-cases/verify/historical/historical-v1.0.0-sigstore");
        const string script = "param($m, $s, $id) Test-ModelSignature -LiteralPath $m -SignaturePath $s -Identity $id -Issuer https://sigstore.verify.ibm.com/oauth2 -IgnorePath ignore-me";
        dynamic result = _session.Run(script, Path.Join(folder, "model"), Path.Join(folder, "bundle.sig"), "stefanb@us.ibm.com").Single;
        Assert.Equal(("Sigstore", "stefanb@us.ibm.com", "https://sigstore.verify.ibm.com/oauth2"), (result.Method, result.Identity, result.Issuer));
        Assert.Equal("https://rekor.sigstore.dev/", result.LogEntries[0].Log);
        Assert.NotNull(result.SignedTime);
        Assert.Equal("IDENTITY", _session.Run(script, Path.Join(folder, "model"), Path.Join(folder, "bundle.sig"), "eve@us.ibm.com").ErrorId);
    }

    [Fact]
    public void A_damaged_signature_of_a_model_is_refused_with_the_code()
    {
        string model = _folder.Write("model/weights.bin", "x");
        string signature = _folder.Write("model/model.sig", "{");
        const string script = "param($m) Test-ModelSignature -LiteralPath $m -Identity a@b -Issuer https://c";
        Assert.Equal("BUNDLE-PARSE", _session.Run(script, Path.GetDirectoryName(model)).ErrorId);
        File.Delete(signature);
        Assert.Equal("BundleNotFound", _session.Run(script, Path.GetDirectoryName(model)).ErrorId);
    }

    [Fact]
    public void A_pipeline_reads_the_trusted_root_once()
    {
        const string script = """
            param($f, $r)
            $f, $f, $f | Test-SigstoreBundle -Identity alice@sigstore.test -Issuer https://idp.sigstore.test -TrustedRoot $r |
                ForEach-Object { [IO.File]::Delete($r); $_.Status.ToString() }
            """;
        Assert.Equal(["Valid", "Valid", "Valid"], _session.Run(script, _file, _root).ThrowIfFailed().Output.Select(value => value.BaseObject));
        Assert.False(File.Exists(_root));
    }

    [Fact]
    public void Trust_is_shown_with_its_origin_age_and_services()
    {
        dynamic trust = _session.Run("param($r) Get-SigstoreTrust -TrustedRoot $r", _root).Single;
        Assert.Equal("File", trust.Origin);
        Assert.Equal(5, ((Array)trust.Services).Length);
        Assert.Equal("Current", trust.Services[0].State);
    }
}
