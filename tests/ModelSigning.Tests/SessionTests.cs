using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ModelSigning.Tests;

/// <summary>The module in sessions of other kinds, and its objects after a journey.</summary>
public sealed class SessionTests : IDisposable
{
    private const string Verify = "param($m, $k) Test-ModelSignature -LiteralPath $m -PublicKey $k -Detailed";

    private readonly ModuleSession _session = new();
    private readonly SampleModel _model = new();

    public SessionTests() => _model.Sign(_session);

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void The_module_imports_and_works_in_a_constrained_language_session()
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        state.LanguageMode = PSLanguageMode.ConstrainedLanguage;
        using Runspace runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        using PowerShell shell = PowerShell.Create(runspace);
        shell.AddCommand("Import-Module").AddParameter("Name", ModuleSession.ManifestPath).AddParameter("ErrorAction", "Stop").Invoke();
        shell.Commands.Clear();
        shell.AddCommand("Test-ModelSignature").AddParameter("LiteralPath", _model.Path).AddParameter("PublicKey", _model.PublicKey);
        PSObject result = Assert.Single(Outcome.Of(shell).ThrowIfFailed().Output);
        Assert.Equal("Valid", result.Properties["Status"].Value.ToString());
    }

    [Fact]
    public void Many_runspaces_import_and_verify_at_once()
    {
        const string parallel = """
            param($manifest, $m, $k)
            1..8 | ForEach-Object -ThrottleLimit 4 -Parallel {
                Import-Module $using:manifest -ErrorAction Stop
                "$((Test-ModelSignature -LiteralPath $using:m -PublicKey $using:k -ErrorAction Stop).Status)"
            }
            """;
        Outcome outcome = _session.Run(parallel, ModuleSession.ManifestPath, _model.Path, _model.PublicKey).ThrowIfFailed();
        Assert.Equal(Enumerable.Repeat("Valid", 8), outcome.Output.Select(text => (string)text.BaseObject));
    }

    [Fact]
    public void Importing_again_with_Force_works()
    {
        _session.Run("param($manifest) Import-Module $manifest -Force -ErrorAction Stop", ModuleSession.ManifestPath).ThrowIfFailed();
        Assert.Equal("Valid", _session.Run(Verify, _model.Path, _model.PublicKey).Single.Status.ToString());
    }

    [Fact]
    public void A_result_keeps_its_differences_through_a_job_or_a_remote_session()
    {
        _model.Write("weights.bin", "other content");
        PSObject result = Assert.Single(_session.Run(Verify, _model.Path, _model.PublicKey).Output);
        PSObject copy = Travel(result);
        Assert.Equal("Deserialized.ModelSigning.ModelSignatureResult", copy.TypeNames[0]);
        Assert.Equal("HashMismatch", copy.Properties["Status"].Value.ToString());
        PSObject changed = PSObject.AsPSObject(LanguagePrimitives.ConvertTo<object[]>(copy.Properties["ChangedFiles"].Value)[0]);
        Assert.StartsWith("sha256:", (string)changed.Properties["Expected"].Value, StringComparison.Ordinal);
        Assert.IsType<TimeSpan>(copy.Properties["Duration"].Value);
    }

    [Fact]
    public void Defaults_for_parameters_are_taken_from_the_session()
    {
        const string defaults = "param($m, $k) $PSDefaultParameterValues = @{ '*-ModelSignature:PublicKey' = $k; 'Test-ModelSignature:Detailed' = $true }; Test-ModelSignature $m";
        Assert.Equal("Valid", _session.Run(defaults, _model.Path, _model.PublicKey).Single.Status.ToString());
    }

    [Theory]
    [InlineData("New-ModelSignature -HashAlgorithm bl", "blake2b", "blake3")]
    [InlineData("New-ModelSigningKey -Curve P-", "P-256", "P-384", "P-521")]
    [InlineData("Get-ModelManifest MODEL -IgnorePath o", "onnx")]
    [InlineData("Get-ModelManifest MODEL -IgnorePath onnx/", "onnx/model.onnx")]
    public void Values_complete_with_Tab(string line, params string[] expected)
    {
        Runspace? before = Runspace.DefaultRunspace;
        Runspace.DefaultRunspace = _session.Runspace;
        try
        {
            string input = line.Replace("MODEL", $"'{_model.Path}'", StringComparison.Ordinal);
            using PowerShell shell = PowerShell.Create(_session.Runspace);
            CommandCompletion completion = CommandCompletion.CompleteInput(input, input.Length, [], shell);
            Assert.Equal(expected, completion.CompletionMatches.Select(match => match.CompletionText));
        }
        finally
        {
            Runspace.DefaultRunspace = before;
        }
    }

    [Fact]
    public void Every_public_output_is_sealed_and_cannot_be_changed()
    {
        const string types = "[ModelSigning.ModelSignatureResult].Assembly.GetExportedTypes()";
        foreach (Type type in _session.Run(types).Output.Select(type => (Type)type.BaseObject).Where(type => type.Namespace == "ModelSigning"))
        {
            Assert.True(type.IsSealed || type.IsAbstract || type.IsInterface, $"{type} is not sealed.");
            if (!typeof(Cmdlet).IsAssignableFrom(type))
            {
                Assert.DoesNotContain(type.GetProperties(), property => property.DeclaringType == type && property.SetMethod?.IsPublic == true);
            }
        }
    }

    private static PSObject Travel(PSObject value) => (PSObject)PSSerializer.Deserialize(PSSerializer.Serialize(value, 1));
}
