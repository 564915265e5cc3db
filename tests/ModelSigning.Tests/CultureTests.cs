using System.Globalization;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>The same bytes whatever the user's culture; each culture is set in a process of its own.</summary>
public sealed class CultureTests
{
    private const string Script = """
        param($culture, $manifest, $model, $privateKey, $publicKey)
        $chosen = [cultureinfo]::GetCultureInfo($culture)
        [cultureinfo]::DefaultThreadCurrentCulture = $chosen
        [cultureinfo]::DefaultThreadCurrentUICulture = $chosen
        [cultureinfo]::CurrentCulture = $chosen
        Import-Module $manifest -ErrorAction Stop
        $signed = New-ModelSignature $model -PrivateKey $privateKey -HashAlgorithm BLAKE3 -ShardSize 7 -ErrorAction Stop
        $signed.RootDigest
        "$((Test-ModelSignature $model -PublicKey $publicKey -ErrorAction Stop).Status)"
        "$((Compare-ModelManifest $signed.SignaturePath $model -WarningAction SilentlyContinue | ForEach-Object { 1 }).Count)"
        (Get-ModelManifest $model -RootDigest -HashAlgorithm BLAKE3 -ShardSize 7)
        """;

    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    public void Signing_and_verifying_do_not_depend_on_the_culture(string culture)
    {
        if (CultureInfo.GetCultureInfo(culture).EnglishName.Contains("Invariant", StringComparison.Ordinal))
        {
            Assert.Skip("This machine knows the invariant culture only.");
        }

        using SampleModel model = new("MODELİ-ıI");
        using ModuleSession session = new();
        object expected = session.Run("param($m) Get-ModelManifest $m -RootDigest -HashAlgorithm blake3 -ShardSize 7", model.Path).Value;
        string script = model.Folder.Write("culture.ps1", Script);
        HostResult result = HostProcess.Run(script, culture, ModuleSession.ManifestPath, model.Path, model.PrivateKey, model.PublicKey);
        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        Assert.Equal([(string)expected, "Valid", "0", (string)expected], result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
