using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>What somebody without a key can do by giving a signature another name.</summary>
public sealed class RenamedSignatureTests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public RenamedSignatureTests()
    {
        _folder.Write("model/weights.bin", "weights");
        Run("$null = New-ModelSigningKey \"$s/k.key\" -NoPassword");
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_revoked_pin_refuses_the_model_whatever_its_signature_is_called_now()
    {
        Run("""
            $null = New-ModelSignature "$s/model" -PrivateKey "$s/k.key" -SignaturePath "$s/model/v1.sig"
            $pin = (Test-ModelSignature "$s/model" -PublicKey "$s/k.pub").ModelPin
            [IO.File]::WriteAllText("$s/p.json", '{"version":1,"rules":[{"name":"r","models":"model","signers":[{"type":"key","publicKey":"k.pub"}]}],"revoked":{"pins":["' + $pin + '"]}}')
            """);
        Assert.Equal("TrustPolicyRevoked", Verify("-TrustPolicy \"$s/p.json\"").ErrorId);
        foreach (string name in (string[])["model/v2.sig", "model/model.sig", "elsewhere.sig"])
        {
            File.Move(Directory.EnumerateFiles(_folder.FullPath, "*.sig", SearchOption.AllDirectories).Single(), _folder[name]);
            Assert.Equal("TrustPolicyRevoked", Verify($"-TrustPolicy \"$s/p.json\" -SignaturePath \"$s/{name}\"").ErrorId);
        }
    }

    [Fact]
    public void The_name_that_a_signature_was_written_under_excuses_no_folder()
    {
        Run("$null = New-ModelSignature \"$s/model\" -PrivateKey \"$s/k.key\"");
        File.Move(_folder["model/model.sig"], _folder["model/README.sig"]);
        Assert.Empty(Verify("-PublicKey \"$s/k.pub\"").Errors);
        _folder.Write("model/model.sig/__init__.py", "code");
        Assert.Equal("ModelMismatch", Verify("-PublicKey \"$s/k.pub\" -SignaturePath \"$s/model/README.sig\"").ErrorId);
    }

    private Outcome Verify(string trust) => _session.Run($"$s = $args[0]; Test-ModelSignature \"$s/model\" {trust}", _folder.FullPath);

    private void Run(string script) => _session.Run("$s = $args[0]; " + script, _folder.FullPath).ThrowIfFailed();
}
