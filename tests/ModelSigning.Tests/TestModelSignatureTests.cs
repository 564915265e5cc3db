using System.Management.Automation;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Testing.Certificates;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Tests;

/// <summary>What Test-ModelSignature writes: a model that does not verify never looks like one that does.</summary>
public sealed class TestModelSignatureTests : IDisposable
{
    private const string Verify = "param($m, $k) Test-ModelSignature -LiteralPath $m -PublicKey $k";

    private readonly ModuleSession _session = new();
    private readonly SampleModel _model = new();

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void A_model_that_verifies_comes_out_as_an_object_with_the_signer_and_the_counts()
    {
        _model.Sign(_session);
        dynamic result = _session.Run(Verify, _model.Path, _model.PublicKey).Single;
        Assert.Equal("Valid", result.Status.ToString());
        Assert.Equal(_model.Path, result.Path);
        Assert.Equal(_model.Signature, result.SignaturePath);
        Assert.Equal("Key", result.Method);
        Assert.Equal("sha256", result.HashAlgorithm);
        Assert.Equal(SampleModel.Names.Length, result.FileCount);
        Assert.Equal(SampleModel.Names.Sum(name => ("content of " + name).Length), result.Length);
        Assert.StartsWith("sha256:", result.RootDigest);
        Assert.Null(result.SignedTime);
        Assert.Null(result.ErrorId);
    }

    [Fact]
    public void A_verdict_says_what_it_does_not_cover()
    {
        _model.Write("cache/x", "x");
        _session.Run("param($m, $k) New-ModelSignature $m -PrivateKey $k -IgnorePath cache", _model.Path, _model.PrivateKey).ThrowIfFailed();
        Outcome outcome = _session.Run(Verify, _model.Path, _model.PublicKey);
        dynamic result = outcome.Single;
        Assert.Equal(["cache"], (string[])result.UncheckedPaths);
        Assert.Contains("1 ignored ('cache')", (string)result.StatusMessage, StringComparison.Ordinal);
        Assert.Contains("'cache'", Assert.Single(outcome.Warnings), StringComparison.Ordinal);

        dynamic signedAlone = _session.Run(Verify + " -IgnoreUnsignedFile", _model.Path, _model.PublicKey).Single;
        Assert.Equal(["cache"], (string[])signedAlone.UncheckedPaths);
        Assert.Contains("1 ignored ('cache')", (string)signedAlone.StatusMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_says_whether_it_is_about_everything_or_one_file()
    {
        _model.Sign(_session);
        dynamic whole = _session.Run(Verify, _model.Path, _model.PublicKey).Single;
        Assert.Equal(("Whole", "Files"), ((string)whole.Scope, (string)whole.Basis));
        Assert.Equal("The model is exactly as it was signed.", (string)whole.StatusMessage);
        dynamic file = _session.Run(Verify, _model["weights.bin"], _model.PublicKey).Single;
        Assert.Equal(("Partial", "Files"), ((string)file.Scope, (string)file.Basis));
        Assert.Equal(["."], (string[])file.UncheckedPaths);
        Assert.Equal(1, file.FileCount);
        Assert.DoesNotContain("exactly", (string)file.StatusMessage, StringComparison.Ordinal);

        _model.Write("evil.py", "x");
        dynamic refused = _session.Run(Verify + " -IgnoreUnsignedFile -IgnorePath evil.py", _model["evil.py"], _model.PublicKey).Error.TargetObject;
        Assert.Equal("HashMismatch", refused.Status.ToString());
        Assert.Equal(["evil.py"], (string[])refused.ExtraFiles);
        Assert.Contains("was not signed", (string)refused.StatusMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".cache/huggingface/download/x.lock", "-IgnorePath '.cache/huggingface'")]
    [InlineData(".complete", "-IgnorePath '.complete'")]
    [InlineData("sub/.DS_Store", "-IgnorePath 'sub/.DS_Store'")]
    public void What_a_program_keeps_beside_a_model_is_named_when_signing_and_when_verifying(string name, string cure)
    {
        _model.Sign(_session);
        _model.Write(name, "x");
        Outcome outcome = _session.Run(Verify, _model.Path, _model.PublicKey);
        Assert.Contains(cure, outcome.Error.Exception.Message, StringComparison.Ordinal);
        Outcome signed = _session.Run("param($m, $k) New-ModelSignature $m -PrivateKey $k -Force", _model.Path, _model.PrivateKey);
        Assert.Contains(cure, Assert.Single(signed.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_judges_a_file_of_a_signed_folder_by_the_rule_of_the_folder()
    {
        _model.Sign(_session);
        string policy = _model.Path + ".json";
        string Rule(string name, string pattern, string key) => $$"""
            {"name":"{{name}}","models":["{{pattern}}"],"signers":[{"type":"key","publicKey":{{System.Text.Json.JsonSerializer.Serialize(File.ReadAllText(key))}}}]}
            """;
        const string verify = "param($m, $p) Test-ModelSignature -LiteralPath $m -TrustPolicy $p";
        File.WriteAllText(policy, $$"""{"version":1,"rules":[{{Rule("file", "*.bin", _model.OtherPublicKey)}},{{Rule("folder", "*", _model.PublicKey)}}]}""");
        dynamic result = _session.Run(verify, _model["weights.bin"], policy).Single;
        Assert.Equal("folder", (string)result.TrustRule);

        File.WriteAllText(policy, $$"""{"version":1,"rules":[{{Rule("file", "*.bin", _model.PublicKey)}},{{Rule("folder", "*", _model.OtherPublicKey)}}]}""");
        Assert.Equal("TrustPolicySignerNotAccepted", _session.Run(verify, _model["weights.bin"], policy).ErrorId);
    }

    [Fact]
    public void An_error_names_the_model_that_it_is_about()
    {
        _model.Sign(_session);
        Outcome outcome = _session.Run(Verify, _model.Path, _model.OtherPublicKey);
        Assert.Equal("KeyMismatch", outcome.ErrorId);
        Assert.StartsWith($"'{_model.Path}': ", outcome.Error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_a_missing_and_an_added_file_write_no_object_and_one_error_that_names_them()
    {
        _model.Sign(_session);
        _model.Write("weights.bin", "other content");
        File.Delete(_model["tokenizer.json"]);
        _model.Write("backdoor.py", "import os");

        Outcome outcome = _session.Run(Verify, _model.Path, _model.PublicKey);
        Assert.Empty(outcome.Output);
        Assert.Equal(ErrorCategory.SecurityError, outcome.Error.CategoryInfo.Category);
        foreach (string name in new[] { "weights.bin", "tokenizer.json", "backdoor.py" })
        {
            Assert.Contains(name, outcome.Error.Exception.Message, StringComparison.Ordinal);
        }

        dynamic result = outcome.Error.TargetObject;
        Assert.Equal("HashMismatch", result.Status.ToString());
        Assert.Equal(["backdoor.py"], (string[])result.ExtraFiles);
        Assert.Equal(["tokenizer.json"], (string[])result.MissingFiles);
        Assert.Equal("weights.bin", result.ChangedFiles[0].Name);
        Assert.NotEqual((string)result.ChangedFiles[0].Expected, (string)result.ChangedFiles[0].Actual);
    }

    [Fact]
    public void As_a_condition_it_is_true_for_a_verified_model_only()
    {
        const string condition = "param($m, $k) if (Test-ModelSignature -LiteralPath $m -PublicKey $k -ErrorAction SilentlyContinue) { 'deploy' } else { 'refuse' }";
        _model.Sign(_session);
        Assert.Equal("deploy", _session.Run(condition, _model.Path, _model.PublicKey).Value);
        _model.Write("weights.bin", "other content");
        PSObject refused = Assert.Single(_session.Run(condition, _model.Path, _model.PublicKey).Output);
        Assert.Equal("refuse", refused.BaseObject);
    }

    [Fact]
    public void Quiet_writes_true_or_false_and_no_error()
    {
        const string quiet = Verify + " -Quiet";
        _model.Sign(_session);
        Assert.Equal(true, _session.Run(quiet, _model.Path, _model.PublicKey).Value);
        Assert.Equal(false, _session.Run(quiet, _model.Path, _model.OtherPublicKey).Value);
        _model.Write("weights.bin", "other content");
        Assert.Equal(false, _session.Run(quiet, _model.Path, _model.PublicKey).Value);
        File.Delete(_model.Signature);
        Assert.Equal(false, _session.Run(quiet, _model.Path, _model.PublicKey).Value);
    }

    [Theory]
    [InlineData("Test-ModelSignature $good -PublicKey $k -Quiet", true)]
    [InlineData("Test-ModelSignature $good, $good -PublicKey $k -Quiet", true)]
    [InlineData("$good, $good | Test-ModelSignature -PublicKey $k -Quiet", true)]
    [InlineData("Test-ModelSignature $bad, $bad -PublicKey $k -Quiet", false)]
    [InlineData("Test-ModelSignature $good, $bad -PublicKey $k -Quiet", false)]
    [InlineData("$bad, $good | Test-ModelSignature -PublicKey $k -Quiet", false)]
    [InlineData("Test-ModelSignature $good, \"$good/gone\" -PublicKey $k -Quiet", false)]
    [InlineData("Test-ModelSignature -LiteralPath $good, \"$good/gone\" -PublicKey $k -Quiet", false)]
    [InlineData("Test-ModelSignature \"$good/no*thing\" -PublicKey $k -Quiet", false)]
    [InlineData("Test-ModelSignature $good, Env:/PATH -PublicKey $k -Quiet", false)]
    [InlineData("@() | Test-ModelSignature -PublicKey $k -Quiet", false)]
    [InlineData("Test-ModelSignature @() -PublicKey $k -Quiet", false)]
    [InlineData("Test-ModelSignature $null -PublicKey $k -Quiet", false)]
    [InlineData("$good, $null | Test-ModelSignature -PublicKey $k -Quiet", false)]
    [InlineData("$good, '' | Test-ModelSignature -PublicKey $k -Quiet", false)]
    [InlineData("$good | % { [pscustomobject]@{ Path = $_; SignaturePath = $null } } | Test-ModelSignature -PublicKey $k -Quiet", true)]
    [InlineData("$good, $bad | % { [pscustomobject]@{ Path = $_; SignaturePath = $null } } | Test-ModelSignature -PublicKey $k -Quiet", false)]
    [InlineData("$good, $bad | % { [pscustomobject]@{ Path = $_; SignaturePath = '' } } | Test-ModelSignature -PublicKey $k -Quiet", false)]
    [InlineData("$good, $bad | Test-ModelSignature -PublicKey $k -Detailed | Test-ModelSignature -PublicKey $k -Quiet", false)]
    [InlineData("($good, $bad | Test-ModelSignature -PublicKey $k -Detailed | Test-ModelSignature -PublicKey $k -Summary).AllValid", false)]
    [InlineData("Test-SigstoreBundle $good/weights.bin -PublicKey $k -Quiet", false)]
    [InlineData("[pscustomobject]@{ Path = \"$good/weights.bin\"; BundlePath = $null } | Test-SigstoreBundle -PublicKey $k -Quiet", false)]
    public void Quiet_is_one_answer_for_the_whole_call(string call, bool expected)
    {
        using SampleModel bad = new();
        _model.Sign(_session);
        Outcome outcome = _session.Run("param($good, $bad, $k) " + call, _model.Path, bad.Path, _model.PublicKey);
        Assert.Empty(outcome.Errors);
        Assert.Equal(expected, outcome.Value);
    }

    [Fact]
    public void No_object_of_the_pipeline_is_passed_over_where_there_is_one_answer_for_all()
    {
        PropertyInfo[] bound = [.. _session.Run("(Get-Command -Module ModelSigning -CommandType Cmdlet).ImplementingType").Output.Select(type => (Type)type.BaseObject)
            .Where(type => type.GetProperty("Quiet") is not null).SelectMany(type => type.GetProperties())
            .Where(property => property.GetCustomAttributes<ParameterAttribute>().Any(parameter => parameter.ValueFromPipeline || parameter.ValueFromPipelineByPropertyName))];
        Assert.True(bound.Length >= 9);
        Assert.All(bound, property =>
        {
            Assert.True(property.PropertyType == typeof(string) || property.PropertyType == typeof(string[]));
            Assert.Empty(property.GetCustomAttributes<ValidateArgumentsAttribute>());
            Assert.NotEmpty(property.GetCustomAttributes<AllowNullAttribute>());
            Assert.NotEmpty(property.GetCustomAttributes<AllowEmptyStringAttribute>());
        });
    }

    [Theory]
    [InlineData("Test-ModelSignature $m -PublicKey $k -SignaturePath ''")]
    [InlineData("Test-ModelSignature $m -PublicKey $k -SignaturePath $null -Quiet")]
    [InlineData("Test-ModelClaim $m -PublicKey $k -SignaturePath $null -Quiet")]
    [InlineData("Test-SigstoreBundle $m -PublicKey $k -BundlePath $null -Quiet")]
    public void A_file_that_is_specified_and_empty_is_refused(string call)
    {
        _model.Sign(_session);
        Outcome outcome = _session.Run("param($m, $k) " + call, _model.Path, _model.PublicKey);
        Assert.Equal("PathEmpty", outcome.ErrorId);
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public void Quiet_says_with_Verbose_why_a_model_failed()
    {
        Outcome outcome = _session.Run(Verify + " -Quiet -Verbose", _model.Path, _model.PublicKey);
        Assert.Equal(false, outcome.Value);
        Assert.Contains(outcome.Verbose, line => line.Contains("No signature was found", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gone", "ModelNotFound")]
    [InlineData("no*thing", "ModelNotFound")]
    [InlineData("mod[e]l", "PathAmbiguous")]
    public void Detailed_has_a_row_for_a_path_that_leads_to_no_model(string name, string id)
    {
        _model.Sign(_session);
        _model.Folder.Write("mod[e]l/file.txt", "not the signed one");
        Outcome outcome = _session.Run("param($m, $x, $k) $m, $x, $m | Test-ModelSignature -PublicKey $k -Detailed", _model.Path, _model.Folder[name], _model.PublicKey);
        Assert.Empty(outcome.Errors);
        Assert.Equal(["Valid", "UnknownError", "Valid"], outcome.Output.Select(result => (string)((dynamic)result).Status), StringComparer.Ordinal);
        dynamic row = outcome.Output[1];
        Assert.Equal(id, row.ErrorId);
        Assert.Equal(_model.Folder[name], row.Path);
        Assert.NotEmpty((string)row.StatusMessage);
    }

    [Fact]
    public void A_fault_of_the_module_is_the_refusal_of_one_model_and_the_others_are_judged()
    {
        // A certificate that somebody frees while it is in use is nothing that the engine can foresee.
        using TestCertificate root = TestCertificate.SelfSigned(Authority("Root"));
        using TestCertificate leaf = root.Issue(Leaf("Release"));
        _model.Folder.Write("leaf.pem", leaf.CertificatePem);
        _model.Folder.Write("leaf.key", leaf.KeyPem);
        _session.Run("param($m, $f) New-ModelSignature $m -Certificate \"$f/leaf.pem\" -PrivateKey \"$f/leaf.key\"", _model.Path, _model.Folder.FullPath).ThrowIfFailed();
        X509Certificate2 anchor = X509CertificateLoader.LoadCertificate(root.Certificate.RawData);
        const string script = "param($m, $c, $more) 1..3 | ForEach-Object { if ($_ -eq 2) { $c.Dispose() }; $m } | Test-ModelSignature -TrustedCertificate $c";
        Outcome outcome = _session.Run(script + " -Detailed", _model.Path, anchor);
        Assert.Empty(outcome.Errors);
        Assert.Equal(["Valid", "UnknownError", "UnknownError"], outcome.Output.Select(result => (string)((dynamic)result).Status), StringComparer.Ordinal);
        Assert.Equal("UnknownError", ((dynamic)outcome.Output[1]).ErrorId);

        anchor = X509CertificateLoader.LoadCertificate(root.Certificate.RawData);
        outcome = _session.Run(script, _model.Path, anchor);
        Assert.Single(outcome.Output);
        Assert.Null(outcome.Terminating);
        Assert.All(outcome.Errors, error => Assert.StartsWith($"UnknownError,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.All(outcome.Errors, error => Assert.Contains(_model.Path, error.Exception.Message, StringComparison.Ordinal));
        Assert.Equal(2, outcome.Errors.Count);
    }

    [Fact]
    public void A_link_to_a_folder_that_was_added_is_named_as_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        _session.Run("param($m, $k) New-ModelSignature $m -PrivateKey $k -AllowSymlink", _model.Path, _model.PrivateKey).ThrowIfFailed();
        Directory.CreateSymbolicLink(_model["link"], "onnx");
        Outcome outcome = _session.Run(Verify, _model.Path, _model.PublicKey);
        Assert.Equal("ModelMismatch", outcome.ErrorId);
        Assert.Contains("'link' leads to a folder", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_public_key_is_named_by_its_file_and_wildcards_find_it()
    {
        _model.Sign(_session);
        _model.Folder.Write("keys/other.pub", File.ReadAllText(_model.OtherPublicKey));
        string right = _model.Folder.Write("keys/right.pub", File.ReadAllText(_model.PublicKey));
        Assert.Equal(right, _session.Run(Verify, _model.Path, _model.Folder["keys/*.pub"]).Single.PublicKeyPath);
        Assert.Equal("KeyNotFound", _session.Run(Verify, _model.Path, _model.Folder["keys/*.nothing"]).ErrorId);
        _model.Folder.Write("keys/[r]ight.pub", File.ReadAllText(_model.OtherPublicKey));
        Assert.Equal("PathAmbiguous", _session.Run(Verify, _model.Path, _model.Folder["keys/[r]ight.pub"]).ErrorId);
    }

    [Theory]
    [InlineData("param($m) [IO.File]::WriteAllText(\"$m/weights.bin\", 'x')", "HashMismatch")]
    [InlineData("param($m) [IO.File]::Delete(\"$m/model.sig\")", "NotSigned")]
    [InlineData("param($m) [IO.File]::WriteAllText(\"$m/model.sig\", '{}')", "Incompatible")]
    public void Detailed_writes_a_result_with_the_verdict_and_no_error(string damage, string status)
    {
        _model.Sign(_session);
        _session.Run(damage, _model.Path).ThrowIfFailed();
        dynamic result = _session.Run(Verify + " -Detailed", _model.Path, _model.PublicKey).Single;
        Assert.Equal(status, result.Status.ToString());
        Assert.NotNull((string)result.ErrorId);
        Assert.NotEmpty((string)result.StatusMessage);
    }

    [Fact]
    public void A_signer_who_is_not_trusted_is_not_named_as_the_signer()
    {
        _model.Sign(_session);
        dynamic result = _session.Run(Verify + " -Detailed", _model.Path, _model.OtherPublicKey).Single;
        Assert.Equal("NotTrusted", result.Status.ToString());
        Assert.Null(result.Signer);
        Assert.Null(result.Method);
    }

    [Fact]
    public void Quiet_and_Detailed_exclude_each_other()
    {
        Outcome outcome = _session.Run(Verify + " -Quiet -Detailed", _model.Path, _model.PublicKey);
        Assert.Equal("QuietAndDetailed", outcome.ErrorId);
    }

    [Fact]
    public void A_status_that_was_not_set_is_not_Valid() =>
        Assert.Equal("UnknownError", _session.Run("[string] [ModelSigning.ModelSignatureStatus] 0").Value);

    [Fact]
    public void ErrorAction_Stop_ends_the_pipeline_at_the_first_model_that_fails()
    {
        _model.Sign(_session);
        _model.Write("weights.bin", "other content");
        Outcome outcome = _session.Run("param($m, $k) $m, $m | Test-ModelSignature -PublicKey $k -ErrorAction Stop; 'after'", _model.Path, _model.PublicKey);
        Assert.Empty(outcome.Output);
        Assert.NotNull(outcome.Terminating);
        Assert.StartsWith("ModelMismatch", outcome.ErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void One_model_that_fails_does_not_keep_the_others_from_being_verified()
    {
        using SampleModel other = new();
        _model.Sign(_session);
        other.Sign(_session);
        other.Write("weights.bin", "other content");
        Outcome outcome = _session.Run("param($a, $b, $k) $a, $b, $a | Test-ModelSignature -PublicKey $k", _model.Path, other.Path, _model.PublicKey);
        Assert.Equal(2, outcome.Output.Count);
        Assert.Single(outcome.Errors);
    }

    [Fact]
    public void Any_of_several_public_keys_may_have_signed_and_a_key_may_be_specified_as_text()
    {
        _model.Sign(_session);
        string text = File.ReadAllText(_model.PublicKey);
        _session.Run("param($m, $a, $b) Test-ModelSignature $m -PublicKey $a, $b", _model.Path, _model.OtherPublicKey, text).ThrowIfFailed();
    }

    [Fact]
    public void A_key_that_cannot_be_read_ends_the_command_because_no_model_could_be_verified()
    {
        Outcome outcome = _session.Run("param($m) $m, $m | Test-ModelSignature -PublicKey missing.pub; 'after'", _model.Path);
        Assert.Equal("KeyNotFound", outcome.ErrorId);
        Assert.Equal("after", Assert.Single(outcome.Output).BaseObject);
    }

    [Fact]
    public void Unsigned_files_are_tolerated_only_when_asked_and_signed_ones_are_still_compared()
    {
        _model.Sign(_session);
        _model.Write("notes.txt", "mine");
        const string tolerant = Verify + " -IgnoreUnsignedFile";
        Assert.Single(_session.Run(Verify, _model.Path, _model.PublicKey).Errors);
        Assert.Equal("Valid", _session.Run(tolerant, _model.Path, _model.PublicKey).Single.Status.ToString());
        Assert.Equal("Valid", _session.Run(Verify + " -IgnorePath notes.txt", _model.Path, _model.PublicKey).Single.Status.ToString());
        _model.Write("weights.bin", "other content");
        Assert.Single(_session.Run(tolerant, _model.Path, _model.PublicKey).Errors);
        Assert.Single(_session.Run(Verify + " -IgnorePath notes.txt, weights.bin", _model.Path, _model.PublicKey).Errors);
    }
}
