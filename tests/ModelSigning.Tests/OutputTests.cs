using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>What holds for the objects of all cmdlets: how they are shown, and what is left of them after a journey.</summary>
public sealed partial class OutputTests : IDisposable
{
    private static readonly XDocument Views = XDocument.Load(Path.Join(SharedData.RepositoryRoot, "module", "ModelSigning.Format.ps1xml"));

    private static readonly string[] ExactProperties =
    [
        "Path", "Name", "SignaturePath", "BundlePath", "ModelPath", "PublicKeyPath", "PrivateKeyPath", "PolicyPath", "ClaimsPath", "Location", "ModulePath", "Repository",
        "Models", "Signers", "ExtraFiles", "MissingFiles", "UncheckedPaths", "Reason",
    ];

    private static readonly XDocument Types = XDocument.Load(Path.Join(SharedData.RepositoryRoot, "module", "ModelSigning.Types.ps1xml"));

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

    [Theory]
    [InlineData("th-TH")]
    [InlineData("ar-SA")]
    [InlineData("fa-IR")]
    public void Every_cell_and_default_property_is_the_same_where_the_culture_has_another_calendar(string culture)
    {
        // Which of its calendars a culture begins with depends on the system's data.
        CultureInfo other = new(culture);
        other.DateTimeFormat.Calendar = other.OptionalCalendars.First(calendar => calendar.GetYear(new DateTime(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc)) != 2026);
        foreach (object sample in _types.Select(OutputSamples.Full))
        {
            IEnumerable<string> cells = ShownBy(sample.GetType()).Where(cell => cell.Name.LocalName == "ScriptBlock").Select(cell => cell.Value);
            foreach (string cell in cells.Concat(DefaultProperties(sample.GetType().FullName!).Select(property => $"\"$($_.{property})\"")))
            {
                string[] elsewhere = [.. _session.Run(
                    "param($value, $culture) $here = [cultureinfo]::CurrentCulture; try { [cultureinfo]::CurrentCulture = $culture; foreach ($_ in $value) { " + cell + " } } finally { [cultureinfo]::CurrentCulture = $here }",
                    sample, other).ThrowIfFailed().Output.Select(text => LanguagePrimitives.ConvertTo<string>(text))];
                Assert.Equal(Shown(cell, sample), elsewhere);
            }

            // PowerShell itself would write it, in the culture's calendar.
            Assert.DoesNotContain(ShownBy(sample.GetType()), cell => cell.Name.LocalName == "PropertyName" && PSObject.AsPSObject(sample).Properties[cell.Value].Value is DateTimeOffset or DateTime);
        }
    }

    [Fact]
    public void No_script_block_of_a_view_only_names_a_property()
    {
        // PowerShell parses every script block when the module is imported.
        Assert.DoesNotContain(Views.Descendants("ScriptBlock"), block => PropertyOnly().IsMatch(block.Value));
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

    [Fact]
    public void No_view_and_no_default_property_lets_a_name_control_a_terminal()
    {
        string hostile = string.Concat(Enumerable.Range(0, 0x10000).Select(unit => (char)unit).Where(unit => !char.IsSurrogate(unit))) + "\U000E0041 \U0001F600";
        foreach (object sample in _types.Select(type => OutputSamples.Hostile(type, "x" + hostile)))
        {
            foreach (XElement cell in ShownBy(sample.GetType()))
            {
                if (cell.Name.LocalName == "PropertyName")
                {
                    Assert.DoesNotContain(cell.Value, ExactProperties);
                    continue;
                }

                Assert.All(Shown(cell.Value, sample), text => AssertPrintable($"{sample.GetType().Name}: {cell.Value}", text));
            }

            foreach (string property in DefaultProperties(sample.GetType().FullName!))
            {
                if (sample.GetType().GetProperty(property) is not null)
                {
                    // Made by the module, or printable as it is; names and paths have a property for the views.
                    Assert.DoesNotContain(property, ExactProperties);
                    continue;
                }

                Assert.All(Shown("$_." + property, sample), text => AssertPrintable($"{sample.GetType().Name}.{property}", text));
            }
        }
    }

    [Fact]
    public void After_another_table_every_type_is_a_list_of_a_few_lines_as_it_is_and_from_a_job()
    {
        foreach (Type type in _types)
        {
            string[] properties = DefaultProperties(type.FullName!);
            Assert.InRange(properties.Length, 3, 4);
            Assert.Equal(properties, DefaultProperties("Deserialized." + type.FullName));
            object sample = OutputSamples.Full(type);
            Assert.All(properties, property => Assert.Equal(Shown("$_." + property, sample), Shown("$_." + property, Travel(sample))));
        }
    }

    [Fact]
    public void Every_type_becomes_JSON_and_CSV_without_the_properties_that_only_the_views_use()
    {
        foreach (object sample in _types.SelectMany(type => new[] { OutputSamples.Full(type), OutputSamples.Sparse(type) }))
        {
            string[] declared = [.. sample.GetType().GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal)];
            Outcome visible = _session.Run("param($v) foreach ($p in $v.PSObject.Properties) { if (-not $p.IsHidden) { $p.Name } }", sample).ThrowIfFailed();
            Assert.Equal(declared, visible.Output.Select(name => name.ToString()).Order(StringComparer.Ordinal));
            Assert.DoesNotContain(sample.GetType().GetProperties(), property => property.PropertyType.GetInterfaces().Append(property.PropertyType).Any(face =>
                face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) && face.GetGenericArguments()[0] != typeof(string)));
        }
    }

    private static string[] DefaultProperties(string type) =>
        [.. Types.Descendants("Type").Single(one => one.Element("Name")!.Value == type).Descendants("ReferencedProperties").Elements("Name").Select(name => name.Value)];

    // Colours are the views' own.
    private static void AssertPrintable(string place, string text) => Assert.False(
        Colour().Replace(text, "").Any(unit => unit == '\uDB40' || char.GetUnicodeCategory(unit) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator),
        place);

    [GeneratedRegex(@"\x1b\[[0-9;]*m")]
    private static partial Regex Colour();

    [GeneratedRegex(@"^\s*\$_\.\w+\s*$")]
    private static partial Regex PropertyOnly();

    private static XElement[] ViewsOf(Type type) =>
        [.. Views.Descendants("View").Where(view => view.Descendants("TypeName").Any(name => name.Value == type.FullName))];

    // What a type's views show: every cell but the conditions of a list's lines, which are never shown.
    private static XElement[] ShownBy(Type type) =>
        [.. ViewsOf(type).Descendants().Where(part => part.Name.LocalName is "PropertyName" or "ScriptBlock" && part.Parent!.Name.LocalName != "ItemSelectionCondition")];

    // A line of a list is left out where its condition does not hold: the truth of a property, which PowerShell reads without a script block, or of a script block.
    private bool IsChosen(XElement cell, object value) =>
        cell.Parent?.Element("ItemSelectionCondition")?.Elements().Single() is not { } condition
        || (bool)_session.Run(
            "param($value) foreach ($_ in $value) { [bool] (" + (condition.Name.LocalName == "PropertyName" ? "$_." : "") + condition.Value + ") }", value).ThrowIfFailed().Value;

    private string[] Shown(string cell, object value) =>
        [.. _session.Run("param($value) foreach ($_ in $value) { " + cell + " }", value).ThrowIfFailed().Output.Select(text => LanguagePrimitives.ConvertTo<string>(text))];

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
        else if (original is DateTimeOffset time && PSObject.AsPSObject(copy!).Properties["UtcDateTime"]?.Value is DateTime utc)
        {
            // Serialisation keeps the parts of a DateTimeOffset.
            Assert.Equal(time.UtcDateTime, utc);
        }
        else
        {
            Assert.True(original.Equals(bare), $"{place} is {bare ?? "nothing"} ({bare?.GetType()}) instead of {original} ({original.GetType()}).");
        }
    }
}
