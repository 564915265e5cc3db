using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Models;

/// <summary>Names that are one file to a file system that is not the one at hand.</summary>
public sealed class AliasedNamesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AliasedNamesTests()
    {
        Assert.All(Written, name => _folder.Write("model/" + name, name));
    }

    private static string[] Written => ["A.bin", "Sub/weights of the model.bin", "modèle.bin".Normalize(NormalizationForm.FormC)];

    private string Root => _folder["model"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.bin")]
    [InlineData("A.BIN")]
    [InlineData("A.bin.")]
    [InlineData("A.bin ")]
    [InlineData("A.bin::$DATA")]
    [InlineData("sub/weights of the model.bin")]
    [InlineData("SUB/WEIGHTS OF THE MODEL.BIN")]
    [InlineData("Sub/WEIGHT~1.BIN")]
    [InlineData("mode\u0300le.bin")]
    [InlineData("mode\u0300le.bin", "mod\u00e8le.bin")]
    public void A_listed_file_is_only_the_one_of_exactly_that_name(params string[] listed)
    {
        string[] aliases = [.. listed.Except(Written, StringComparer.Ordinal)];
        Assert.NotEmpty(aliases);
        WarningList warnings = new();
        Assert.Equal(listed.Except(aliases), Find(warnings, listed).Select(file => file.Name));
        Assert.All(warnings.Sentences, warning => Assert.Contains("has a different spelling on the disk", warning, StringComparison.Ordinal));
        Assert.NotEmpty(warnings.Sentences);
    }

    [Fact]
    public void Names_that_differ_in_case_alone_do_not_both_verify_one_file()
    {
        Assert.Equal(["A.bin"], Find(new(), ["A.bin", "a.bin"]).Select(file => file.Name));
        Assert.Equal(["Sub/weights of the model.bin"], Find(new(), ["Sub/weights of the model.bin", "sub/weights of the model.bin"]).Select(file => file.Name));
    }

    [Fact]
    public void Folders_are_listed_in_any_depth_and_order()
    {
        string[] names = ["a/b/c/1", "a/b/2", "a/b-c/3", "a/4", "b/5", "b.c/6", "b/c/7"];
        Assert.All(names, name => _folder.Write("model/" + name, ""));
        Array.Sort(names, ResourceNameComparer.Instance);
        Assert.Equal(names, Find(new(), names).Select(file => file.Name));
    }

    [Theory]
    [InlineData("w.bin.")]
    [InlineData("NUL")]
    [InlineData("w.bin:stream")]
    public void A_file_that_is_a_trap_is_signed_on_no_Windows(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Such a name cannot be made there.");
        _folder.Write("traps/" + name, "");
        string folder = _folder["traps"];
        Assert.Equal("FileNameInvalid", Refusal(() => Walk(folder, FileSystemRules.Windows).Run(CancellationToken.None)));
        Assert.Equal("FileNameInvalid", Refusal(() => Walk(folder, FileSystemRules.Windows).SingleFile(name)));
        Assert.Single(Walk(folder, FileSystemRules.Unix).Run(CancellationToken.None));
    }

    private List<ModelFile> Find(WarningList warnings, string[] listed) =>
        new ListedFiles(ModelLocation.Find(Root, Root, allowSymlinks: false, FileSystemRules.Windows), false, warnings, FoldingStatus)
            .Match([], listed, out _, CancellationToken.None);

    // A file system that takes every name of the theory for a file that is there.
    private FileStatus FoldingStatus(string path)
    {
        string wanted = Fold(Path.GetRelativePath(Root, path));
        string? actual = Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories)
            .FirstOrDefault(entry => Fold(Path.GetRelativePath(Root, entry)) == wanted);
        return actual is null ? default : FileStatus.Of(actual);
    }

    private static string Fold(string name) => name.Replace('\\', '/').Replace("::$DATA", "", StringComparison.Ordinal)
        .Replace("WEIGHT~1", "weights of the model", StringComparison.Ordinal).TrimEnd('.', ' ').Normalize().ToUpperInvariant();

    private static DirectoryWalk Walk(string folder, FileSystemRules rules)
    {
        ModelFilesOptions options = new() { CurrentDirectory = folder };
        ModelLocation location = ModelLocation.Find(folder, folder, allowSymlinks: false, rules);
        return new(location, new IgnoreList(location, options, new()), options, new());
    }

    private static string Refusal(Action action) => Assert.Throws<ModelSigningException>(action).Definition.Id;
}
