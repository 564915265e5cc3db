using System.Management.Automation;
using System.Reflection;
using System.Security.Cryptography;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>How models are named: wildcards, literal names, the pipeline, drives and other providers.</summary>
public sealed class PathTests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public PathTests()
    {
        _folder.Write("we[i]rd/file.txt", "weird");
        _folder.Write("one/file.txt", "one");
        _folder.Write("two/file.txt", "two");
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Each_match_of_a_wildcard_is_a_model_of_its_own() =>
        Assert.Equal([_folder["one"], _folder["two"]], Models("Get-ModelManifest \"$($args[0])/[ot]*\"").Order());

    [Theory]
    [InlineData("in/*/llm")]
    [InlineData("in/*/l*")]
    public void A_wildcard_passes_over_no_folder_whose_name_is_not_UTF_8(string pattern)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Names that are not UTF-8 are Linux's alone.");
        _folder.Write("in/a/llm/file.txt", "a");
        UnixEntries.MakeFolder(_folder["in"], [(byte)'x', 0xFF]);
        Outcome outcome = _session.Run($"Get-ModelManifest \"$($args[0])/{pattern}\"", _folder.FullPath);
        Assert.Equal("FileNameInvalid", Assert.Single(outcome.Errors).FullyQualifiedErrorId.Split(',')[0]);
        Assert.Contains("\uFFFD", outcome.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Single(outcome.Output);
    }

    [Theory]
    [InlineData("Get-ModelManifest -LiteralPath \"$($args[0])/in/link/../model\"")]
    [InlineData("Get-ModelManifest \"$($args[0])/in/link/../model\"")]
    [InlineData("Get-ModelManifest \"$($args[0])/*/link/../model\"")]
    [InlineData("Set-Location \"$($args[0])/in/link\"; Get-ModelManifest ../model")]
    [InlineData("Set-Location \"$($args[0])/in/link\"; Get-ModelManifest -Path ./../model/../model")]
    [InlineData("$null = New-PSDrive Here FileSystem \"$($args[0])/in\"; Get-ModelManifest Here:/link/../model")]
    public void A_path_that_goes_back_from_a_link_is_refused_because_it_is_another_one_for_other_programs(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows goes by the text.");
        _folder.Write("in/model/file.txt", "shown");
        _folder.Write("elsewhere/model/file.txt", "opened");
        Directory.CreateDirectory(_folder["elsewhere/sub"]);
        Directory.CreateSymbolicLink(_folder["in/link"], _folder["elsewhere/sub"]);
        Outcome outcome = _session.Run(script, _folder.FullPath);
        Assert.Equal("PathLeadsElsewhere", Assert.Single(outcome.Errors).FullyQualifiedErrorId.Split(',')[0]);
        Assert.Empty(outcome.Output);
    }

    [Theory]
    [InlineData("d\\e/model")]
    [InlineData("./d\\e/model")]
    public void A_folder_with_a_backslash_that_leads_nowhere_now_is_not_the_one_that_PowerShell_makes_of_it(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Names on Windows have no backslash.");
        _folder.Write("d/e/model/file.txt", "shown");
        Directory.CreateSymbolicLink(Path.Join(_folder.FullPath, "d\\e"), _folder["nowhere"]);
        Outcome outcome = _session.Run($"Set-Location $args[0]; Get-ModelManifest -LiteralPath '{path}'; Get-ModelManifest \"$($args[0])/d\\e/model\"", _folder.FullPath);
        Assert.Equal(2, outcome.Errors.Count);
        Assert.Empty(outcome.Output);
    }

    [Theory]
    [InlineData("FileSystem::one")]
    [InlineData("FileSystem::./one")]
    [InlineData("Microsoft.PowerShell.Core\\FileSystem::./o*")]
    public void A_relative_path_behind_a_providers_name_is_refused_because_it_does_not_start_at_the_location(string path)
    {
        Outcome outcome = _session.Run($"Set-Location $args[0]; Get-ModelManifest '{path}'", _folder.FullPath);
        Assert.Equal("PathAmbiguous", Assert.Single(outcome.Errors).FullyQualifiedErrorId.Split(',')[0]);
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public void A_folder_that_is_called_like_a_drive_and_leads_nowhere_now_is_not_the_drive()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Names on Windows have no colon.");
        _folder.Write("drive/model/file.txt", "shown");
        Directory.CreateSymbolicLink(_folder["Here:"], _folder["nowhere"]);
        Outcome outcome = _session.Run("$null = New-PSDrive Here FileSystem \"$($args[0])/drive\"; Set-Location $args[0]; Get-ModelManifest Here:/model", _folder.FullPath);
        Assert.Single(outcome.Errors);
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public void A_wildcard_passes_over_no_link_through_proc_which_is_a_folder_for_another_process()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux alone has /proc.");
        _folder.Write("in/a/llm/file.txt", "a");
        File.CreateSymbolicLink(_folder["in/x"], $"/proc/self/root{_folder.FullPath}/in/a/llm/file.txt");
        Outcome outcome = _session.Run("Get-ModelManifest \"$($args[0])/in/*/llm\"", _folder.FullPath);
        Assert.Contains("in/x/llm", Assert.Single(outcome.Errors).Exception.Message, StringComparison.Ordinal);
        Assert.Single(outcome.Output);
    }

    [Theory]
    [InlineData("$item | Get-ModelManifest")]
    [InlineData("Get-ModelManifest $item")]
    [InlineData("Get-ModelManifest -Path $item, $item")]
    [InlineData("$item, $item | Get-ModelManifest")]
    [InlineData("Get-ModelManifest -LiteralPath $item")]
    [InlineData("Get-ModelManifest -LiteralPath $item, $item")]
    public void An_object_of_the_runtime_is_the_item_that_it_is_whatever_the_location(string script)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, _folder["one"]);
        Outcome outcome = _session.Run($"$item = [IO.DirectoryInfo]::new($args[0]); {script}", relative);
        Assert.Empty(outcome.Errors);
        Assert.All(outcome.Output, one => Assert.Equal(_folder["one"], one.Properties["ModelPath"].Value));
        Assert.NotEmpty(outcome.Output);
    }

    [Fact]
    public void Objects_of_the_runtime_for_keys_and_signatures_are_the_files_that_they_are_whatever_the_location()
    {
        Outcome outcome = _session.Run("""
            $null = New-ModelSigningKey -Path "$($args[0])/k[1].pem" -NoPassword
            New-ModelSignature -LiteralPath "$($args[0])/one" -PrivateKey "$($args[0])/k[1].pem" -SignaturePath "$($args[0])/s[1].sig" | Out-Null
            $key = [IO.FileInfo]::new("$($args[1])/k[1].pub"); $signature = [IO.FileInfo]::new("$($args[1])/s[1].sig")
            Test-ModelSignature -LiteralPath "$($args[0])/one" -PublicKey $key -SignaturePath $signature -Quiet
            """, _folder.FullPath, Path.GetRelativePath(Environment.CurrentDirectory, _folder.FullPath));
        Assert.Empty(outcome.Errors);
        Assert.Equal(true, Assert.Single(outcome.Output).BaseObject);
    }

    [Fact]
    public void Every_parameter_that_names_files_takes_objects_of_the_runtime()
    {
        string[] endings = ["Path", "File", "Root", "Config", "Policy", "PublicKey", "PrivateKey", "Store", "Reuse", "Loaded", "ReuseSignature"];
        PropertyInfo[] parameters = [.. _session.Run("(Get-Command -Module ModelSigning -CommandType Cmdlet).ImplementingType").Output.Select(type => (Type)type.BaseObject)
            .SelectMany(type => type.GetProperties()).Where(property => property.IsDefined(typeof(ParameterAttribute)) && (property.PropertyType == typeof(string) || property.PropertyType == typeof(string[])))];
        // Paths in the model, which are no files of this machine.
        PropertyInfo[] files = [.. parameters.Where(property => property.Name != "IgnorePath" && endings.Any(ending => property.Name.EndsWith(ending, StringComparison.Ordinal)))];
        Assert.InRange(files.Length, 50, parameters.Length);
        Assert.All(files, property => Assert.True(property.IsDefined(typeof(ArgumentTransformationAttribute)), $"{property.DeclaringType}.{property.Name}"));
    }

    [Theory]
    [InlineData("in/m[[]1]/*", null)]
    [InlineData("in/m[1]/*", "PathAmbiguous")]
    [InlineData("in/m[1]/model", "PathAmbiguous")]
    [InlineData("in/m`[1`]/*", null)]
    public void A_folder_that_exists_as_it_is_written_is_not_taken_for_a_pattern_of_another_one(string pattern, string? error)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && pattern.Contains('`'), "PowerShell's own expansion on Windows finds no name for an escaped bracket beside a star.");
        _folder.Write("in/m[1]/model/file.txt", "a");
        _folder.Write("in/m1/model/file.txt", "b");
        Outcome outcome = _session.Run($"Get-ModelManifest (\"$($args[0])/\" + '{pattern}')", _folder.FullPath);
        Assert.Equal(error is null ? [] : [error], outcome.Errors.Select(one => one.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Equal(error is null ? 1 : 0, outcome.Output.Count);
    }

    [Fact]
    public void A_path_that_goes_back_from_a_folder_leads_where_its_text_says()
    {
        _folder.Write("in/model/file.txt", "a");
        _folder.Write("in/sub/file.txt", "a");
        Assert.Equal([_folder["in/model"]], Models("Set-Location \"$($args[0])/in/sub\"; Get-ModelManifest ../../in/./model/../sub/../model"));
    }

    [Fact]
    public void A_wildcard_passes_over_no_link_that_leads_nowhere()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right on Windows.");
        _folder.Write("in/a/llm/file.txt", "a");
        Directory.CreateSymbolicLink(_folder["in/x"], _folder["unmounted"]);
        Outcome outcome = _session.Run("Get-ModelManifest \"$($args[0])/in/*/llm\"", _folder.FullPath);
        Assert.Equal("ModelNotFound", Assert.Single(outcome.Errors).FullyQualifiedErrorId.Split(',')[0]);
        Assert.Contains("in/x/llm", outcome.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Single(outcome.Output);
    }

    [Fact]
    public void A_literal_path_takes_a_name_with_wildcard_characters_as_it_is() =>
        Assert.Equal([_folder["we[i]rd"]], Models("Get-ModelManifest -LiteralPath \"$($args[0])/we[i]rd\""));

    [Theory]
    [InlineData("PSPath")]
    [InlineData("LP")]
    public void The_usual_aliases_of_a_literal_path_are_there(string alias) =>
        Assert.Equal([_folder["we[i]rd"]], Models($"Get-ModelManifest -{alias} \"$($args[0])/we[i]rd\""));

    [Fact]
    public void The_names_that_people_know_from_other_commands_are_aliases() =>
        Assert.Equal([_folder["one"]], Models("Get-ModelManifest -FilePath \"$($args[0])/one\" -Algorithm blake3"));

    [Fact]
    public void Every_mandatory_parameter_says_what_to_type() => Assert.Empty(_session.Run("""
        foreach ($command in Get-Command -Module ModelSigning) {
            foreach ($parameter in $command.Parameters.Values) {
                foreach ($attribute in $parameter.Attributes) {
                    if ($attribute -is [Management.Automation.ParameterAttribute] -and $attribute.Mandatory -and -not $attribute.HelpMessage -and -not $parameter.SwitchParameter) {
                        "$($command.Name) -$($parameter.Name)"
                    }
                }
            }
        }
        """).ThrowIfFailed().Output.Select(name => name.ToString()));

    [Fact]
    public void Items_of_the_file_system_bind_by_their_literal_path() =>
        Assert.Equal([_folder["one"], _folder["two"], _folder["we[i]rd"]], Models("Get-ChildItem -LiteralPath $args[0] | Get-ModelManifest").Order());

    [Fact]
    public void Text_and_objects_with_a_Path_bind_from_the_pipeline()
    {
        Assert.Equal([_folder["one"]], Models("\"$($args[0])/one\" | Get-ModelManifest"));
        Assert.Equal([_folder["two"]], Models("[pscustomobject] @{ Path = \"$($args[0])/two\" } | Get-ModelManifest"));
    }

    /// <summary>Folders of other names than PowerShell reads: none may lead to another model, nor end the pipeline.</summary>
    [Theory]
    [InlineData("in/a\\..\\..\\one", "\"$($args[0])/in/*\" | Get-ModelManifest")]
    [InlineData("in/a\\..\\..\\one", "[IO.Directory]::GetDirectories(\"$($args[0])/in\") | Get-ModelManifest")]
    [InlineData("in/a\\..\\..\\one", "Get-ModelManifest -LiteralPath (\"$($args[0])/in/a\" + '\\..\\..\\one')")]
    [InlineData("in/a::b", "\"$($args[0])/in/*\" | Get-ModelManifest")]
    [InlineData("in/Temp:\\..\\..\\q", "\"$($args[0])/in/*\" | Get-ModelManifest")]
    public void A_name_with_a_backslash_or_a_colon_leads_to_no_other_model(string name, string command)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        _folder.Write("in/good/file.txt", "good");
        _folder.Write(name + "/file.txt", "other");
        Outcome outcome = _session.Run(command, _folder.FullPath);
        Assert.DoesNotContain(_folder["one"], outcome.Output.Select(resource => (string)resource.Properties["ModelPath"].Value));
        Assert.Null(outcome.Terminating);
    }

    [Theory]
    [InlineData("'~' | Get-ModelManifest")]
    [InlineData("Get-ModelManifest ~")]
    [InlineData("Get-ModelManifest -LiteralPath ~")]
    [InlineData("Get-ModelManifest ~/inner")]
    [InlineData("Get-ModelManifest ~/inn*")]
    public void A_folder_called_like_the_sign_for_the_home_folder_is_not_read_as_the_home_folder(string command)
    {
        _folder.Write("~/inner/file.txt", "the one that was named");
        string script = $"Push-Location -LiteralPath $args[0]; try {{ {command} }} finally {{ Pop-Location }}";
        Outcome outcome = _session.Run(script, _folder.FullPath);
        Assert.Equal("PathAmbiguous", outcome.ErrorId);
        Assert.Contains("./~", outcome.Error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(outcome.Output);
        Assert.Equal([_folder["~"]], Models("Push-Location -LiteralPath $args[0]; try { Get-ModelManifest ./~ } finally { Pop-Location }"));
        Assert.Equal([_folder["~"]], Models("Get-Item -LiteralPath \"$($args[0])/~\" | Get-ModelManifest"));
    }

    [Fact]
    public void A_drive_of_PowerShell_leads_to_the_file_system() =>
        Assert.Equal([_folder["one"]], Models("$null = $ExecutionContext.SessionState.Drive.New([Management.Automation.PSDriveInfo]::new('Store', $ExecutionContext.SessionState.Path.CurrentLocation.Provider, $args[0], '', $null), 'global'); Get-ModelManifest Store:/one"));

    [Theory]
    [InlineData("Get-ModelManifest missing", "ModelNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Get-ModelManifest -LiteralPath missing", "ModelNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Get-ModelManifest missing*", "ModelNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Get-ModelManifest Nowhere:/model", "ModelNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Get-ModelManifest Env:/PATH", "PathNotFileSystem", ErrorCategory.InvalidArgument)]
    [InlineData("Get-ModelManifest -LiteralPath Env:/PATH", "PathNotFileSystem", ErrorCategory.InvalidArgument)]
    public void A_path_that_leads_to_no_model_is_an_error_of_that_path_alone(string script, string id, ErrorCategory category)
    {
        Outcome outcome = _session.Run(script + "; 'after'");
        Assert.Equal(id, outcome.ErrorId);
        Assert.Equal(category, outcome.Error.CategoryInfo.Category);
        Assert.Equal("after", Assert.Single(outcome.Output).BaseObject);
    }

    [Theory]
    [InlineData("we[i]rd")]
    [InlineData("we`[i`]rd")]
    public void A_name_that_could_match_other_items_as_a_pattern_is_refused_whether_they_exist_or_not(string name)
    {
        _folder.Write(name + "/file.txt", "the one that was named");
        foreach (string script in (string[])["Get-ModelManifest $args[0]", "$args[0] | Get-ModelManifest"])
        {
            Outcome outcome = _session.Run(script, _folder[name]);
            Assert.Equal("PathAmbiguous", outcome.ErrorId);
            Assert.Equal(_folder[name], outcome.Error.TargetObject);
            Assert.Contains("-LiteralPath", outcome.Error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
            Assert.Empty(outcome.Output);
        }

        _folder.Write("weird/file.txt", "not that one");
        Assert.Equal("PathAmbiguous", _session.Run("Get-ModelManifest $args[0]", _folder[name]).ErrorId);
        Outcome named = _session.Run("([pscustomobject] @{ Path = $args[0] } | Get-ModelManifest).ModelPath", _folder[name]);
        Assert.Equal(_folder[name], Assert.Single(named.Output).BaseObject);
    }

    [Fact]
    public void A_folder_called_like_every_pattern_does_not_hide_the_others_and_a_link_that_leads_nowhere_has_its_name()
    {
        if (!OperatingSystem.IsWindows())
        {
            _folder.Write("*/file.txt", "star");
            File.CreateSymbolicLink(_folder["tw?"], "nowhere");
            Assert.Equal("PathAmbiguous", _session.Run("Get-ModelManifest \"$($args[0])/*\"", _folder.FullPath).ErrorId);
            Assert.Equal("PathAmbiguous", _session.Run("Get-ModelManifest \"$($args[0])/tw?\"", _folder.FullPath).ErrorId);
        }
    }

    [Theory]
    [InlineData("we]ird")]
    [InlineData("a`b")]
    [InlineData("open[")]
    public void A_name_that_can_match_nothing_else_is_taken(string name)
    {
        _folder.Write(name + "/file.txt", "x");
        _folder.Write("ab/file.txt", "another");
        Assert.Equal([_folder[name]], Models($"Get-ModelManifest \"$($args[0])/{name.Replace("`", "``", StringComparison.Ordinal)}\""));
    }

    [Fact]
    public void A_backtick_before_a_wildcard_character_makes_it_an_ordinary_one() =>
        Assert.Equal([_folder["we[i]rd"]], Models("Get-ModelManifest \"$($args[0])/we``[i``]rd\""));

    /// <summary>Beside each file lies one that its name matches as a pattern, and that would lead to another answer.</summary>
    [Fact]
    public void A_signature_a_key_and_a_policy_are_the_files_of_that_very_name()
    {
        using SampleModel model = new();
        using ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        model.Folder.Write("[k].key", File.ReadAllText(model.PrivateKey));
        model.Folder.Write("k.key", stranger.ExportPkcs8PrivateKeyPem());
        string[] others = [model.Folder.Write("s.sig", "{}"), model.Folder.Write("p.json", "{}")];

        Assert.Equal("[s].sig", Run("[IO.Path]::GetFileName((New-ModelSignature -LiteralPath $m -PrivateKey \"$f/[k].key\" -SignaturePath \"$f/[s].sig\" -Force).SignaturePath)"));
        Assert.Equal("Key", Run("(Get-ModelSignature -LiteralPath $m -SignaturePath \"$f/[s].sig\").ClaimedMethod"));
        Assert.Equal("Valid", Run("(Test-ModelSignature -LiteralPath $m -SignaturePath \"$f/[s].sig\" -PublicKey $k).Status"));
        Assert.Equal("[p].json", Run("(New-ModelTrustPolicy \"$f/[p].json\" -LiteralPath $m -SignaturePath \"$f/[s].sig\" -PublicKey $k -Force -Confirm:$false).Name"));
        Assert.Equal("Valid", Run("(Test-ModelSignature -LiteralPath $m -SignaturePath \"$f/[s].sig\" -TrustPolicy \"$f/[p].json\").Status"));
        Assert.All(others, file => Assert.Equal("{}", File.ReadAllText(file)));

        object Run(string script) => _session.Run("param($m, $f, $k) " + script, model.Path, model.Folder.FullPath, model.PublicKey).Value;
    }

    private IEnumerable<string> Models(string script) =>
        _session.Run(script, _folder.FullPath).ThrowIfFailed().Output.Select(resource => (string)resource.Properties["ModelPath"].Value);
}
