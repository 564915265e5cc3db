using System.Collections;
using System.Management.Automation;
using System.Security;
using System.Xml.Linq;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>What holds for the objects of all cmdlets: how they are shown, and what is left of them after a journey.</summary>
public sealed class OutputTests : IDisposable
{
    private static readonly XDocument Views = XDocument.Load(Path.Join(SharedData.RepositoryRoot, "module", "ModelSigning.Format.ps1xml"));

    private readonly ModuleSession _session = new();
    private readonly IReadOnlyList<Type> _types;

    public OutputTests() => _types = OutputSamples.Types(_session);

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Every_type_has_a_table_a_list_and_a_wide_view()
    {
        foreach (Type type in _types)
        {
            string[] kinds = [.. ViewsOf(type).SelectMany(view => view.Elements()).Select(part => part.Name.LocalName)
                .Where(name => name.EndsWith("Control", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
            Assert.True(kinds is ["ListControl", "TableControl", "WideControl"], $"{type} has {string.Join(", ", kinds)}.");
            Assert.Equal("TableControl", ViewsOf(type).First().Elements().Last().Name.LocalName);
        }
    }

    [Fact]
    public void Every_cell_is_the_same_for_an_object_and_its_copy_from_a_job_with_and_without_values()
    {
        foreach (object sample in _types.SelectMany(type => new[] { OutputSamples.Full(type), OutputSamples.Sparse(type) }))
        {
            PSObject copy = Travel(sample);
            foreach (XElement cell in ViewsOf(sample.GetType()).Descendants().Where(part => part.Name.LocalName is "PropertyName" or "ScriptBlock"))
            {
                if (cell.Name.LocalName == "PropertyName")
                {
                    Assert.NotNull(PSObject.AsPSObject(sample).Properties[cell.Value]);
                    Assert.NotNull(copy.Properties[cell.Value]);
                }
                else if (IsChosen(cell, sample))
                {
                    Assert.Equal(Shown(cell.Value, sample), Shown(cell.Value, copy));
                }
            }
        }
    }

    [Fact]
    public void What_a_script_reads_of_an_object_it_reads_of_its_copy_from_a_job()
    {
        foreach (Type type in _types)
        {
            AssertSame(type.Name, PSObject.AsPSObject(OutputSamples.Full(type)), Travel(OutputSamples.Full(type)));
        }
    }

    [Fact]
    public void Nothing_colours_output_that_goes_to_a_file_or_a_pipe()
    {
        using SampleModel model = new();
        model.Sign(_session);
        string script = model.Folder.Write("views.ps1", """
            param($manifest, $m, $k, $other)
            Import-Module $manifest
            Test-ModelSignature $m -PublicKey $k
            Test-ModelSignature $m -PublicKey $other -Detailed
            Get-SigstoreTrust public
            (Get-SigstoreTrust public).Services
            Get-ModelHashDevice -NoMeasurement
            $before = Get-ModelManifest $m
            [IO.File]::WriteAllText("$m/added.txt", 'x')
            Compare-ModelManifest $before $m
            """);
        HostResult result = HostProcess.Run(script, ModuleSession.ManifestPath, model.Path, model.PublicKey, model.OtherPublicKey);
        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        foreach (string status in (string[])["Valid", "NotTrusted", "Current", "Added", "cpu"])
        {
            Assert.Contains(status, result.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain('\u001b', result.Output);
    }

    private static XElement[] ViewsOf(Type type) =>
        [.. Views.Descendants("View").Where(view => view.Descendants("TypeName").Any(name => name.Value == type.FullName))];

    // A line of a list is left out where its condition does not hold.
    private bool IsChosen(XElement cell, object value) =>
        cell.Parent?.Element("ItemSelectionCondition") is not { } condition
        || (bool)_session.Run("param($value) foreach ($_ in $value) { [bool] (" + condition.Value + ") }", value).ThrowIfFailed().Value;

    private string[] Shown(string cell, object value) =>
        [.. _session.Run("param($value) foreach ($_ in $value) { " + cell + " }", value).ThrowIfFailed().Output.Select(text => text?.ToString() ?? "")];

    // Of one level, as a job and a remote session hand objects on; the types themselves may ask for more.
    private PSObject Travel(object value) =>
        _session.Run("param($v) [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($v, 1))", value).ThrowIfFailed().Output[0];

    private static void AssertSame(string place, PSObject original, PSObject copy)
    {
        foreach (PSPropertyInfo property in original.Properties.Where(property => property.Value is not SecureString))
        {
            AssertSameValue($"{place}.{property.Name}", property.Value, copy.Properties[property.Name]?.Value);
        }
    }

    private static void AssertSameValue(string place, object original, object? copy)
    {
        object? bare = copy is PSObject wrapped ? wrapped.BaseObject : copy;
        if (original is IDictionary map)
        {
            Assert.Equal(map.Values.Cast<string>(), Assert.IsAssignableFrom<IDictionary>(bare).Values.Cast<object>().Select(value => value.ToString()));
        }
        else if (original is IList list)
        {
            IList other = Assert.IsAssignableFrom<IList>(bare);
            Assert.Equal(list.Count, other.Count);
            for (int index = 0; index < list.Count; index++)
            {
                AssertSameValue($"{place}[{index}]", list[index]!, other[index]);
            }
        }
        else if (original.GetType().Namespace == "ModelSigning")
        {
            Assert.Contains("Deserialized." + original.GetType().FullName, PSObject.AsPSObject(copy!).TypeNames);
            AssertSame(place, PSObject.AsPSObject(original), PSObject.AsPSObject(copy!));
        }
        else
        {
            Assert.True(original.Equals(bare), $"{place} is {bare ?? "nothing"} ({bare?.GetType()}) instead of {original} ({original.GetType()}).");
        }
    }
}
