using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>What Tab offers.</summary>
[Collection(nameof(UsesSoftHsm))]
public sealed class CompletionTests(SoftHsm token) : IDisposable
{
    private const string Complete = "param($line) (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText";

    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("Measure-ModelHash -HashAlgorithm b", "blake2b", "blake3")]
    [InlineData("Measure-ModelHash -Device a", "auto")]
    [InlineData("Get-SigstoreToken -SignInFlow ", "Browser", "Device", "OutOfBand")]
    [InlineData("New-ModelSignature -SignInFlow o", "OutOfBand")]
    [InlineData("Test-ModelSignature -SigstoreInstance p", "public")]
    [InlineData("Test-SigstoreBundle -SigstoreInstance p", "public")]
    [InlineData("Test-SigstoreBundle -Issuer https://to", "https://token.actions.githubusercontent.com")]
    [InlineData("Test-ModelSignature -Issuer https://gitl", "https://gitlab.com")]
    [InlineData("Update-SigstoreTrust p", "public")]
    [InlineData("Get-SigstoreTrust -Name p", "public")]
    [InlineData("New-ModelClaim -PredicateType s", "slsa-provenance", "spdx")]
    [InlineData("Test-ModelClaim -PredicateType t", "test-result")]
    public void A_closed_value_is_offered(string line, params string[] expected) => Assert.Equal(expected, Offered(line));

    // PowerShell's other quotation marks, switches, numbers, and what a terminal obeys.
    [Theory]
    [InlineData("b\u2019; 1; \u2019x")]
    [InlineData("b\u2018\u201a\u201b'x")]
    [InlineData("-IgnoreUnsignedFile")]
    [InlineData("\u2013Quiet")]
    [InlineData("12")]
    [InlineData("a\u00a0b")]
    [InlineData("~")]
    public void A_name_from_a_model_stands_on_the_line_as_one_argument(string name)
    {
        using TemporaryFolder folder = new();
        folder.Write(name, "x");
        string completed = Assert.Single(Offered($"Test-ModelSignature '{folder.FullPath}' -Include "));
        Assert.Equal(name, _session.Run($"Write-Output {completed}").ThrowIfFailed().Single);
        Assert.Equal("String", _session.Run($"(Write-Output {completed}).GetType().Name").Single);
    }

    [Theory]
    [InlineData("a\u001b]0;x\u0007")]
    [InlineData("a\nb")]
    [InlineData("a\u2028b")]
    public void A_name_that_a_terminal_would_obey_is_not_offered(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && name.Any(char.IsControl), "Windows has no such name.");
        using TemporaryFolder folder = new();
        folder.Write(name, "x");
        Assert.Empty(Offered($"Test-ModelSignature '{folder.FullPath}' -Include "));
    }

    [Fact]
    public void Every_parameter_with_a_fixed_set_of_values_offers_it()
    {
        const string parameters = """
            Get-Command -Module ModelSigning | ForEach-Object { $c = $_; $c.Parameters.Values | ForEach-Object { $p = $_
                $p.Attributes | ForEach-Object { if ($_.PSObject.Properties["ValidValues"]) { "$($c.Name) -$($p.Name) |$($_.ValidValues -join ',')" } } } }
            """;
        string[] all = [.. _session.Run(parameters).ThrowIfFailed().Output.Select(value => (string)value.BaseObject)];
        Assert.NotEmpty(all);
        foreach (string[] parts in all.Select(line => line.Split('|')))
        {
            Assert.Equal(parts[1].Split(',').Order(StringComparer.Ordinal), Offered(parts[0]).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Tokens_and_keys_are_offered_once_they_were_listed_and_a_module_before()
    {
        token.Require();
        Assert.Contains(Offered("Get-Pkcs11Key -ModulePath "), module => module.Contains("softhsm", StringComparison.Ordinal));
        _session.Run("param($m, $pin) $null = Get-Pkcs11Key $m -Token 'Model signing' -Pin $pin", token.ModulePath, Secrets.Of(SoftHsm.Pin)).ThrowIfFailed();
        Assert.Equal(["'Model signing'"], Offered("Get-Pkcs11Key -Token m"));
        string[] uris = Offered("New-ModelSignature ./model -Pkcs11Uri pkcs11:");
        Assert.Contains(uris, uri => uri.Contains("object=key-384", StringComparison.Ordinal) && uri[0] == '\'');
        Assert.Equal(uris, Offered("Test-ModelSignature ./model -PublicKey pkcs11:"));
    }

    [Theory]
    [InlineData("nosuchdrive:x", "a")]
    [InlineData("./absent", "*?[")]
    [InlineData("", "'\"")]
    [InlineData("a\0b", "a\0b")]
    public void No_completer_throws(string model, string word)
    {
        const string script = """
            param($model, $word)
            foreach ($type in [ModelSigning.ModelSignatureResult].Assembly.GetExportedTypes()) {
                if (-not [System.Management.Automation.IArgumentCompleter].IsAssignableFrom($type)) { continue }
                foreach ($name in 'Token', 'ModulePath', 'PublicKey', 'Other') {
                    $null = @($type::new().CompleteArgument('', $name, $word, $null, @{ Path = $model }))
                    $null = @($type::new().CompleteArgument('', $name, $word, $null, @{ LiteralPath = @() }))
                }
                $type.Name
            }
            """;
        Assert.True(_session.Run(script, model, word).ThrowIfFailed().Output.Count >= 5);
    }

    private string[] Offered(string line) => [.. _session.Run(Complete, line).ThrowIfFailed().Output.Where(value => value is not null).Select(value => (string)value.BaseObject)];
}
