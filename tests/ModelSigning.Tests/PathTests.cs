using System.Management.Automation;
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

    [Fact]
    public void A_literal_path_takes_a_name_with_wildcard_characters_as_it_is() =>
        Assert.Equal([_folder["we[i]rd"]], Models("Get-ModelManifest -LiteralPath \"$($args[0])/we[i]rd\""));

    [Theory]
    [InlineData("PSPath")]
    [InlineData("LP")]
    public void The_usual_aliases_of_a_literal_path_are_there(string alias) =>
        Assert.Equal([_folder["we[i]rd"]], Models($"Get-ModelManifest -{alias} \"$($args[0])/we[i]rd\""));

    [Fact]
    public void Items_of_the_file_system_bind_by_their_literal_path() =>
        Assert.Equal([_folder["one"], _folder["two"], _folder["we[i]rd"]], Models("Get-ChildItem -LiteralPath $args[0] | Get-ModelManifest").Order());

    [Fact]
    public void Text_and_objects_with_a_Path_bind_from_the_pipeline()
    {
        Assert.Equal([_folder["one"]], Models("\"$($args[0])/one\" | Get-ModelManifest"));
        Assert.Equal([_folder["two"]], Models("[pscustomobject] @{ Path = \"$($args[0])/two\" } | Get-ModelManifest"));
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

    [Fact]
    public void A_wildcard_that_is_also_the_name_of_an_item_warns_that_it_was_expanded()
    {
        Outcome outcome = _session.Run("Get-ModelManifest \"$($args[0])/we[i]rd\"", _folder.FullPath);
        Assert.Equal("ModelNotFound", outcome.ErrorId);
        _folder.Write("weird/file.txt", "not that one");
        outcome = _session.Run("Get-ModelManifest \"$($args[0])/we[i]rd\"", _folder.FullPath);
        Assert.Contains("-LiteralPath", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
    }

    private IEnumerable<string> Models(string script) =>
        _session.Run(script, _folder.FullPath).ThrowIfFailed().Output.Select(resource => (string)resource.Properties["ModelPath"].Value);
}
