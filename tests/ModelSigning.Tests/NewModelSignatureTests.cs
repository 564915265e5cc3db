using System.Management.Automation;
using ModelSigning.Testing;

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
    public void WhatIf_writes_nothing_reads_no_key_and_asks_for_no_password()
    {
        Outcome outcome = _session.Run(SignModel + " -WhatIf", _model.Path, _model.EncryptedKey).ThrowIfFailed();
        Assert.Empty(outcome.Output);
        Assert.False(File.Exists(_model.Signature));
        _session.Run(SignModel + " -WhatIf", _model.Path, "missing.key").ThrowIfFailed();
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
