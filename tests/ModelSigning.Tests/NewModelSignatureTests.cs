using System.Management.Automation;
using ModelSigning.Testing;
using ModelSigning.Testing.Certificates;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Tests;

/// <summary>How New-ModelSignature behaves as a command: what it writes, when it asks, what it leaves alone.</summary>
public sealed class NewModelSignatureTests : IDisposable
{
    private const string SignModel = "param($m, $k) New-ModelSignature -LiteralPath $m -PrivateKey $k";

    private readonly ModuleSession _session = new();
    private readonly SampleModel _model = new();

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void A_folder_gets_model_sig_inside_it_and_the_object_says_so()
    {
        dynamic signed = _session.Run(SignModel, _model.Path, _model.PrivateKey).Single;
        Assert.Equal(_model.Path, signed.Path);
        Assert.Equal(_model.Signature, signed.SignaturePath);
        Assert.True(File.Exists(_model.Signature));
        Assert.Equal("Key", signed.Method);
        Assert.Equal(SampleModel.Names.Length, signed.FileCount);
        Assert.Equal(SampleModel.Names.Length, signed.ResourceCount);
        Assert.StartsWith("sha256:", signed.RootDigest);
    }

    [Fact]
    public void A_single_file_gets_its_signature_beside_it_and_verifies()
    {
        string file = _model.Folder.Write("weights.safetensors", "one file");
        dynamic signed = _session.Run(SignModel, file, _model.PrivateKey).Single;
        Assert.Equal(file + ".sig", signed.SignaturePath);
        _session.Run("param($m, $k) Test-ModelSignature -LiteralPath $m -PublicKey $k", file, _model.PublicKey).ThrowIfFailed();
    }

    [Fact]
    public void What_it_writes_can_be_piped_into_the_verification()
    {
        Outcome outcome = _session.Run("param($m, $k, $p, $s) New-ModelSignature $m -PrivateKey $k -SignaturePath $s | Test-ModelSignature -PublicKey $p",
            _model.Path, _model.PrivateKey, _model.PublicKey, _model.Folder["elsewhere.sig"]);
        Assert.Equal(_model.Folder["elsewhere.sig"], outcome.Single.SignaturePath);
    }

    [Fact]
    public void A_signature_that_is_there_is_replaced_with_Force_only()
    {
        _model.Sign(_session);
        byte[] before = File.ReadAllBytes(_model.Signature);
        Outcome refused = _session.Run(SignModel, _model.Path, _model.PrivateKey);
        Assert.Equal("SignatureExists", refused.ErrorId);
        Assert.Equal(ErrorCategory.ResourceExists, refused.Error.CategoryInfo.Category);
        Assert.Equal(before, File.ReadAllBytes(_model.Signature));
        _session.Run(SignModel + " -Force", _model.Path, _model.PrivateKey).ThrowIfFailed();
        Assert.NotEqual(before, File.ReadAllBytes(_model.Signature));
    }

    [Fact]
    public void WhatIf_writes_nothing_and_asks_for_no_password()
    {
        Outcome outcome = _session.Run(SignModel + " -WhatIf", _model.Path, _model.EncryptedKey).ThrowIfFailed();
        Assert.Empty(outcome.Output);
        Assert.False(File.Exists(_model.Signature));
        Assert.Empty(Directory.GetFiles(_model.Path, ".modelsigning-*"));
    }

    [Theory]
    [InlineData("-PrivateKey $k", "SignatureExists")]
    [InlineData("-PrivateKey $f/missing.key -SignaturePath $f/new.sig", "KeyNotFound")]
    [InlineData("-PrivateKey $f/signing.pub -SignaturePath $f/new.sig", "KeyKindWrong")]
    [InlineData("-PrivateKey $k -SignaturePath $f/none/new.sig", "FolderNotFound")]
    [InlineData("-PrivateKey $k -SignaturePath $f/signing.pub -Force", "SignatureReplacesFile")]
    [InlineData("-PrivateKey $k -SignaturePath $f/new.sig -IgnorePath ../elsewhere", "IgnorePathOutside")]
    public void WhatIf_says_what_the_real_run_would_refuse(string arguments, string id)
    {
        _model.Sign(_session);
        string script = "param($m, $k, $f) New-ModelSignature $m " + arguments;
        Assert.Equal(id, _session.Run(script, _model.Path, _model.PrivateKey, _model.Folder.FullPath).ErrorId);
        Outcome outcome = _session.Run(script + " -WhatIf", _model.Path, _model.PrivateKey, _model.Folder.FullPath);
        Assert.Equal(id, outcome.ErrorId);
    }

    [Theory]
    [InlineData("-PrivateKey $f/signing.key -SignaturePath $f/signing.key", "signing.key")]
    [InlineData("-PrivateKey $f/signing.key -SignaturePath $f/signing.pub", "signing.pub")]
    [InlineData("-PrivateKey $f/link.key -SignaturePath $f/signing.key", "signing.key")]
    [InlineData("-PrivateKey $f/model/model.sig -SignaturePath $f/model/model.sig", "model/model.sig")]
    [InlineData("-Certificate $f/leaf.pem -PrivateKey $f/leaf.key -SignaturePath $f/leaf.pem", "leaf.pem")]
    [InlineData("-Certificate $f/leaf.pem -PrivateKey $f/leaf.key -CertificateChain $f/root.pem -SignaturePath $f/root.pem", "root.pem")]
    [InlineData("-PrivateKey $f/signing.key -SignaturePath $f/notes.txt", "notes.txt")]
    public void Force_replaces_signatures_and_no_key_certificate_or_other_file(string arguments, string file)
    {
        using TestCertificate root = TestCertificate.SelfSigned(Authority("Root"));
        using TestCertificate leaf = root.Issue(Leaf("Release"));
        _model.Folder.Write("root.pem", root.CertificatePem);
        _model.Folder.Write("leaf.pem", leaf.CertificatePem);
        _model.Folder.Write("leaf.key", leaf.KeyPem);
        _model.Folder.Write("notes.txt", "mine");
        _model.Folder.Write("model/model.sig", File.ReadAllText(_model.PrivateKey));
        File.CreateSymbolicLink(_model.Folder["link.key"], _model.PrivateKey);
        byte[] before = File.ReadAllBytes(_model.Folder[file]);
        Outcome outcome = _session.Run($"param($m, $f) New-ModelSignature $m {arguments} -Force", _model.Path, _model.Folder.FullPath);
        Assert.Contains(outcome.ErrorId, (string[])["SignatureReplacesInput", "SignatureReplacesFile"]);
        Assert.Equal(before, File.ReadAllBytes(_model.Folder[file]));
    }

    [Fact]
    public void A_name_with_wildcard_characters_never_signs_another_model_again()
    {
        using SampleModel good = new("release-7");
        good.Sign(_session);
        byte[] before = File.ReadAllBytes(good.Signature);
        good.Folder.Write("release-[7]/w", "x");
        Assert.Equal("PathAmbiguous", _session.Run("param($m, $k) New-ModelSignature $m -PrivateKey $k -Force", good.Folder["release-[7]"], good.PrivateKey).ErrorId);
        Assert.Equal(before, File.ReadAllBytes(good.Signature));
        _session.Run("param($m, $k) New-ModelSignature -LiteralPath $m -PrivateKey $k -Force", good.Folder["release-[7]"], good.PrivateKey).ThrowIfFailed();
        Assert.Equal(before, File.ReadAllBytes(good.Signature));
    }

    [Fact]
    public void Models_whose_folders_differ_in_case_alone_are_two_models_where_the_file_system_tells_them_apart()
    {
        _model.Folder.Write("store/Llama/w", "1");
        _model.Folder.Write("store/llama/w", "2");
        int models = Directory.GetDirectories(_model.Folder["store"]).Length;
        Outcome outcome = _session.Run("param($a, $b, $k) $a, $b | New-ModelSignature -PrivateKey $k -Force", _model.Folder["store/Llama"], _model.Folder["store/llama"], _model.PrivateKey);
        Assert.Equal(models, outcome.Output.Count);
        Assert.Equal(2 - models, outcome.Errors.Count);
    }

    [Fact]
    public void An_ignored_path_with_wildcard_characters_that_exists_is_that_file_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "No name has wildcard characters there.");
        _model.Write("?.log", "x");
        _model.Write("a.log", "x");
        Outcome outcome = _session.Run("param($m, $k) New-ModelSignature $m -PrivateKey $k -IgnorePath '?.log'", _model.Path, _model.PrivateKey);

        // No signature can record that name, and 'a.log' must not be left out in its place.
        Assert.Equal("IgnorePathInvalid", outcome.ErrorId);
        Assert.Contains("'?.log'", outcome.Error.Exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_model.Signature));
    }

    [Fact]
    public void An_ignored_path_with_brackets_is_refused_when_verifying_too_and_excuses_nothing_that_PowerShell_would_match()
    {
        _session.Run("param($m, $k) New-ModelSignature $m -PrivateKey $k", _model.Path, _model.PrivateKey).ThrowIfFailed();
        _model.Write("[a].log", "x");
        _model.Write("a.log", "x");
        Outcome outcome = _session.Run("param($m, $k) Test-ModelSignature $m -PublicKey $k -IgnorePath '[a].log'", _model.Path, _model.PublicKey);
        Assert.Equal("IgnorePathInvalid", outcome.ErrorId);
        Assert.Equal(false, _session.Run("param($m, $k) Test-ModelSignature $m -PublicKey $k -IgnorePath '[a].log' -Quiet", _model.Path, _model.PublicKey).Value);
    }

    [Fact]
    public void A_session_that_cannot_ask_says_how_to_go_on_without_asking()
    {
        Outcome outcome = _session.Run(SignModel + " -Confirm", _model.Path, _model.PrivateKey);
        Assert.Equal("ConfirmationImpossible", outcome.ErrorId);
        Assert.Contains("-Confirm:$false", outcome.Error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verbose_shows_the_steps()
    {
        IReadOnlyList<string> signing = _session.Run(SignModel + " -Verbose", _model.Path, _model.PrivateKey).ThrowIfFailed().Verbose;
        Assert.Contains(signing, line => line.Contains(_model.PrivateKey, StringComparison.Ordinal));
        Assert.Contains(signing, line => line.Contains($"{SampleModel.Names.Length} files", StringComparison.Ordinal) && line.Contains("sha256", StringComparison.Ordinal));
        Assert.Contains(signing, line => line.Contains(_model.Signature, StringComparison.Ordinal));
        IReadOnlyList<string> verifying = _session.Run("param($m, $k) Test-ModelSignature $m -PublicKey $k -Verbose", _model.Path, _model.PublicKey).ThrowIfFailed().Verbose;
        foreach (string said in (string[])[_model.PublicKey, "P-256", $"Compared {SampleModel.Names.Length} files", "No signed file is changed", "signing time is not known"])
        {
            Assert.Contains(verifying, line => line.Contains(said, StringComparison.Ordinal));
        }

        Assert.Contains(_session.Run("param($m) Get-ModelManifest $m -Verbose", _model.Path).ThrowIfFailed().Verbose, line => line.Contains(_model.Path, StringComparison.Ordinal));
    }

    [Fact]
    public void Confirm_asks_for_each_model_and_no_means_no()
    {
        ScriptedHost host = new(choice: 2);
        using ModuleSession session = new(host);
        session.Run(SignModel + " -Confirm", _model.Path, _model.PrivateKey).ThrowIfFailed();
        Assert.Equal(1, host.Choices);
        Assert.False(File.Exists(_model.Signature));
    }

    [Fact]
    public void The_password_of_an_encrypted_key_comes_from_the_parameter()
    {
        const string sign = "param($m, $k, $w) $s = [securestring]::new(); foreach ($c in $w.ToCharArray()) { $s.AppendChar($c) }; New-ModelSignature $m -PrivateKey $k -KeyPassword $s";
        Outcome wrong = _session.Run(sign, _model.Path, _model.EncryptedKey, "guess");
        Assert.Equal("PasswordWrong", wrong.ErrorId);
        Assert.Equal(ErrorCategory.AuthenticationError, wrong.Error.CategoryInfo.Category);
        _session.Run(sign, _model.Path, _model.EncryptedKey, SampleModel.Password).ThrowIfFailed();
    }

    [Fact]
    public void The_password_of_an_encrypted_key_is_asked_for_once_for_all_models()
    {
        using SampleModel other = new();
        ScriptedHost host = new(secret: SampleModel.Password);
        using ModuleSession session = new(host);
        session.Run("param($a, $b, $k) $a, $b | New-ModelSignature -PrivateKey $k", _model.Path, other.Path, _model.EncryptedKey).ThrowIfFailed();
        Assert.Equal(1, host.Secrets);
        Assert.True(File.Exists(other.Signature));
    }

    [Fact]
    public void Without_a_terminal_a_missing_password_is_an_error_that_names_the_parameter()
    {
        Outcome outcome = _session.Run(SignModel, _model.Path, _model.EncryptedKey);
        Assert.Equal("PasswordMissing", outcome.ErrorId);
        Assert.Contains("-KeyPassword", outcome.Error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_models_of_one_run_never_share_a_signature_file_not_even_with_Force()
    {
        using SampleModel other = new();
        string signature = _model.Folder["shared.sig"];
        Outcome outcome = _session.Run("param($a, $b, $k, $s) $a, $b | New-ModelSignature -PrivateKey $k -SignaturePath $s -Force",
            _model.Path, other.Path, _model.PrivateKey, signature);
        Assert.Single(outcome.Output);
        Assert.Equal("SignaturePathUsedTwice", outcome.ErrorId);
        _session.Run("param($m, $k, $s) Test-ModelSignature $m -PublicKey $k -SignaturePath $s", _model.Path, _model.PublicKey, signature).ThrowIfFailed();
    }

    [Theory]
    [InlineData("blake2b", "")]
    [InlineData("blake3", "")]
    [InlineData("sha256", "-ShardSize 10")]
    [InlineData("blake3", "-ShardSize 7")]
    public void Every_algorithm_and_shards_sign_and_verify(string algorithm, string options)
    {
        dynamic signed = _session.Run($"{SignModel} -HashAlgorithm {algorithm} {options}", _model.Path, _model.PrivateKey).Single;
        Assert.Equal(algorithm, signed.HashAlgorithm);
        Assert.Equal(SampleModel.Names.Length, signed.FileCount);
        const string verify = "param($m, $k) Test-ModelSignature $m -PublicKey $k";
        Assert.Equal(algorithm, _session.Run(verify, _model.Path, _model.PublicKey).Single.HashAlgorithm);
        _model.Write("weights.bin", "content of weights.bon");
        Assert.Single(_session.Run(verify, _model.Path, _model.PublicKey).Errors);
    }

    [Fact]
    public void Git_files_are_left_out_unless_they_are_asked_for()
    {
        _model.Write(".gitattributes", "* -text");
        Assert.Equal(SampleModel.Names.Length, _session.Run(SignModel, _model.Path, _model.PrivateKey).Single.FileCount);
        Assert.Equal(SampleModel.Names.Length + 1, _session.Run(SignModel + " -Force -IncludeGitPath", _model.Path, _model.PrivateKey).Single.FileCount);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_of_that_model_and_nothing_is_left_behind()
    {
        string signature = _model.Folder["missing/model.sig"];
        Outcome outcome = _session.Run(SignModel + " -SignaturePath $args[0]", _model.Path, _model.PrivateKey, signature);
        Assert.Equal("FolderNotFound", outcome.ErrorId);
        Assert.Null(outcome.Terminating);
    }

    [Fact]
    public void A_paths_name_is_relative_to_the_sessions_location_not_the_processs()
    {
        using TemporaryFolder elsewhere = new();
        Outcome outcome = _session.Run("param($d, $k) $ExecutionContext.SessionState.Path.SetLocation($d); New-ModelSignature model -PrivateKey signing.key -SignaturePath out.sig",
            _model.Folder.FullPath, _model.PrivateKey);
        Assert.Equal(_model.Folder["out.sig"], outcome.ThrowIfFailed().Output[^1].Properties["SignaturePath"].Value);
        Assert.True(File.Exists(_model.Folder["out.sig"]));
    }
}
