using System.Management.Automation;
using System.Xml.Linq;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>The views: every cell of every view has something to show, for objects as they are and as they come out of a job.</summary>
public sealed class ViewTests : IDisposable
{
    private static readonly XDocument Views = XDocument.Load(Path.Join(SharedData.RepositoryRoot, "module", "ModelSigning.Format.ps1xml"));

    private readonly ModuleSession _session = new();
    private readonly SampleModel _model = new();

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void The_files_of_the_views_and_types_are_ASCII()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Join(SharedData.RepositoryRoot, "module"), "*.ps*"))
        {
            Assert.DoesNotContain(File.ReadAllBytes(file), value => value > 127);
        }
    }

    [Fact]
    public void Every_view_names_the_type_and_its_copy_from_a_job()
    {
        foreach (XElement view in Views.Descendants("View"))
        {
            string[] types = [.. view.Descendants("TypeName").Select(type => type.Value)];
            Assert.Equal(["Deserialized." + types[0]], types[1..]);
        }
    }

    [Theory]
    [InlineData("ModelSignatureResult", "Test-ModelSignature $m -PublicKey $p -Detailed")]
    [InlineData("SignedModel", "New-ModelSignature $m -PrivateKey $k -Force")]
    [InlineData("ModelResource", "Get-ModelManifest $m")]
    [InlineData("ModelDifference", "Compare-ModelManifest (Get-ModelManifest $m)[0] $m")]
    [InlineData("ModelSignatureClaims", "Get-ModelSignature $m")]
    [InlineData("ModelTrustRule", "$null = New-ModelTrustPolicy \"$m/../policy.json\" $m -PublicKey $p -Confirm:$false; Test-ModelTrustPolicy \"$m/../policy.json\" -Detailed")]
    [InlineData("ModelClaim", "'{}' | New-ModelClaim $m -PredicateType spdx -PrivateKey $k | Out-Null; Test-ModelClaim $m -PublicKey $p")]
    [InlineData("SignedModelClaim", "'{}' | New-ModelClaim $m -PredicateType spdx -PrivateKey $k")]
    [InlineData("UnverifiedModelClaim", "'{}' | New-ModelClaim $m -PredicateType spdx -PrivateKey $k | Out-Null; Get-ModelClaim $m")]
    [InlineData("ModelSigningKey", "New-ModelSigningKey \"$m/new.key\" -NoPassword")]
    public void Every_cell_of_a_types_views_is_made_without_error(string type, string script)
    {
        _model.Sign(_session);
        PSObject value = _session.Run("param($m, $k, $p) " + script, _model.Path, _model.PrivateKey, _model.PublicKey).ThrowIfFailed().Output[0];
        PSObject copy = (PSObject)PSSerializer.Deserialize(PSSerializer.Serialize(value, 1));
        XElement[] views = [.. Views.Descendants("View").Where(view => view.Descendants("TypeName").Any(name => name.Value == "ModelSigning." + type))];
        Assert.Contains(views, view => view.Element("TableControl") is not null);
        Assert.Contains(views, view => view.Element("ListControl") is not null);
        foreach (XElement cell in views.Descendants().Where(element => element.Name.LocalName is "PropertyName"))
        {
            Assert.NotNull(value.Properties[cell.Value]);
            Assert.NotNull(copy.Properties[cell.Value]);
        }

        foreach (string cell in views.Descendants("ScriptBlock").Select(element => element.Value))
        {
            Outcome here = Evaluate(cell, value), there = Evaluate(cell, copy);
            Assert.Equal(here.Output.Select(text => text?.ToString()), there.Output.Select(text => text?.ToString()));
        }
    }

    [Fact]
    public void Every_time_shows_its_zone()
    {
        XElement[] times = [.. Views.Descendants("ScriptBlock").Where(cell => cell.Value.Contains(".UtcDateTime.ToString(", StringComparison.Ordinal) && cell.Value.Contains("HH:mm", StringComparison.Ordinal))];
        Assert.NotEmpty(times);
        Assert.All(times, cell => Assert.True(cell.Value.Contains(" UTC'", StringComparison.Ordinal) || Heading(cell).Contains("UTC", StringComparison.Ordinal), cell.Value));
    }

    [Fact]
    public void A_valid_model_is_green_and_any_other_red()
    {
        _model.Sign(_session);
        string status = Views.Descendants("TableColumnItem").Select(item => item.Value).First(cell => cell.Contains("Status", StringComparison.Ordinal));
        const string verify = "param($m, $k) Test-ModelSignature $m -PublicKey $k -Detailed";
        PSObject valid = _session.Run(verify, _model.Path, _model.PublicKey).Output[0];
        PSObject refused = _session.Run(verify, _model.Path, _model.OtherPublicKey).Output[0];
        Assert.Contains("\u001b[92mValid", Evaluate(status, valid).Output[0].ToString(), StringComparison.Ordinal);
        Assert.Contains("\u001b[91mNotTrusted", Evaluate(status, refused).Output[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_view_is_a_table_with_the_status_and_the_model()
    {
        _model.Sign(_session);
        string script = _model.Folder.Write("view.ps1", "param($manifest, $m, $k) Import-Module $manifest; if ($k) { Test-ModelSignature $m -PublicKey $k } else { Get-ModelSignature $m }");
        HostResult result = HostProcess.Run(script, ModuleSession.ManifestPath, _model.Path, _model.PublicKey);
        HostResult claims = HostProcess.Run(script, ModuleSession.ManifestPath, _model.Path);
        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        Assert.Matches(@"Status +Model +Files +Size +Signer", result.Output);
        Assert.Matches($@"Valid +\S+ +{SampleModel.Names.Length} .*[0-9a-f]+", result.Output);
        Assert.Contains("NOT VERIFIED: Test-ModelSignature verifies.", claims.Output, StringComparison.Ordinal);
    }

    // The heading of a table's column; nothing for a cell that is not of a table.
    private static string Heading(XElement cell)
    {
        XElement[] column = [.. cell.Ancestors("TableColumnItem")];
        return column.Length == 0 ? ""
            : column[0].Ancestors("TableControl").Single().Descendants("TableColumnHeader").ElementAt(column[0].ElementsBeforeSelf().Count()).Element("Label")?.Value ?? "";
    }

    private Outcome Evaluate(string cell, PSObject value) =>
        _session.Run("param($value) foreach ($_ in $value) { " + cell + " }", value).ThrowIfFailed();
}
