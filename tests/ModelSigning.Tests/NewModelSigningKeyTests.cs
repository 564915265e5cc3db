using System.Security.Cryptography;

namespace ModelSigning.Tests;

/// <summary>New-ModelSigningKey.</summary>
public sealed class NewModelSigningKeyTests : IDisposable
{
    private const string Secure = "$s = [securestring]::new(); foreach ($c in 'pässword'.ToCharArray()) { $s.AppendChar($c) }";

    private readonly ModuleSession _session = new();
    private readonly SampleModel _model = new();

    private string KeyPath => _model.Folder["release.key"];

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Theory]
    [InlineData("P-256", 256)]
    [InlineData("P-384", 384)]
    [InlineData("P-521", 521)]
    public void A_pair_of_each_curve_signs_and_verifies(string curve, int bits)
    {
        dynamic pair = _session.Run($"param($k) {Secure}; New-ModelSigningKey $k -Curve {curve} -Password $s", KeyPath).Single;
        Assert.Equal((curve, true, KeyPath, _model.Folder["release.pub"]), ((string)pair.Curve, (bool)pair.IsEncrypted, (string)pair.PrivateKeyPath, (string)pair.PublicKeyPath));
        using ECDsa key = ECDsa.Create();
        key.ImportFromEncryptedPem(File.ReadAllText(KeyPath), "pässword");
        Assert.Equal(bits, key.KeySize);
        Outcome outcome = _session.Run($"param($m, $k, $p) {Secure}; New-ModelSignature $m -PrivateKey $k -KeyPassword $s; Test-ModelSignature $m -PublicKey $p",
            _model.Path, KeyPath, (string)pair.PublicKeyPath);
        Assert.Equal(pair.Hint, outcome.ThrowIfFailed().Output[1].Properties["Signer"].Value);
    }

    [Fact]
    public void The_private_key_is_for_its_owner_only()
    {
        _session.Run("param($k) New-ModelSigningKey $k -NoPassword", KeyPath).ThrowIfFailed();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
            return;
        }

        Assert.Skip("Windows has no file modes.");
    }

    [Fact]
    public void A_key_that_is_there_is_replaced_with_Force_only()
    {
        const string make = "param($k) New-ModelSigningKey $k -NoPassword";
        _session.Run(make, KeyPath).ThrowIfFailed();
        string before = File.ReadAllText(KeyPath);
        Assert.Equal("KeyFileExists", _session.Run(make, KeyPath).ErrorId);
        File.Delete(_model.Folder["release.pub"]);
        File.Move(KeyPath, _model.Folder["release.pub"]);
        Assert.Equal("KeyFileExists", _session.Run(make, KeyPath).ErrorId);
        Assert.False(File.Exists(KeyPath));
        Assert.Equal(before, File.ReadAllText(_model.Folder["release.pub"]));
        _session.Run(make + " -Force", KeyPath).ThrowIfFailed();
    }

    [Fact]
    public void WhatIf_writes_nothing_and_asks_for_nothing()
    {
        _session.Run("param($k) New-ModelSigningKey $k -WhatIf", KeyPath).ThrowIfFailed();
        Assert.False(File.Exists(KeyPath));
    }

    [Fact]
    public void The_password_is_asked_for_twice()
    {
        ScriptedHost host = new(secret: "typed");
        using ModuleSession session = new(host);
        session.Run("param($k) New-ModelSigningKey $k", KeyPath).ThrowIfFailed();
        Assert.Equal(2, host.Secrets);
        using ECDsa key = ECDsa.Create();
        key.ImportFromEncryptedPem(File.ReadAllText(KeyPath), "typed");
    }

    [Theory]
    [InlineData("New-ModelSigningKey $k", "PasswordMissing")]
    [InlineData("New-ModelSigningKey $k -Password ([securestring]::new())", "PasswordMissing")]
    [InlineData("New-ModelSigningKey $k -NoPassword -PublicKeyPath $k", "KeyPathsEqual")]
    [InlineData("New-ModelSigningKey \"$k/in/no/folder\" -NoPassword", "FolderNotFound")]
    public void What_cannot_be_done_is_an_error_and_leaves_nothing(string script, string id)
    {
        Assert.Equal(id, _session.Run("param($k) " + script, KeyPath).ErrorId);
        Assert.False(File.Exists(KeyPath));
    }
}
