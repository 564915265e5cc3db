using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Files;

/// <summary>Paths as Windows and macOS compare them, on whatever system the tests run.</summary>
public sealed class OtherSystemsPathTests : IDisposable
{
    private const string Composed = "mod\u00e8le", Apart = "mode\u0300le";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Windows", Apart, Apart, "sub/W.bin")]
    [InlineData("Windows", Apart, Composed, null)]
    [InlineData("MacOS", Apart, Composed, "sub/W.bin")]
    [InlineData("MacOS", Composed, Apart, "sub/W.bin")]
    [InlineData("Unix", Apart, Apart, null)]
    public void A_path_is_inside_a_folder_whose_name_the_system_takes_for_the_same_and_has_the_names_on_the_disk(
        string system, string onDisk, string typed, string? name)
    {
        // What is on the disk differs from what is typed in case, and on macOS in the form of the accent too.
        _folder.Write($"{onDisk}/sub/W.bin", "weights");
        string path = Path.Join(_folder.FullPath, typed.ToUpperInvariant(), "SUB", "w.BIN");
        Assert.Equal(name, ResolvedPath.RelativeName(_folder[onDisk], path, Rules(system)));
        Assert.Equal(name is not null, ResolvedPath.IsInside(_folder[onDisk], path, Rules(system)));
    }

    [Theory]
    [InlineData("Windows")]
    [InlineData("MacOS")]
    [InlineData("Unix")]
    public void A_folder_is_not_inside_itself_nor_in_one_whose_name_only_begins_alike(string system)
    {
        string folder = _folder["model"];
        Assert.Equal("", ResolvedPath.RelativeName(folder, folder + Path.DirectorySeparatorChar, Rules(system)));
        Assert.False(ResolvedPath.IsInside(folder, folder, Rules(system)));
        Assert.Null(ResolvedPath.RelativeName(folder, folder + "s", Rules(system)));
        Assert.Null(ResolvedPath.RelativeName(folder, Path.GetDirectoryName(folder)!, Rules(system)));
        Assert.Equal("none/at/all", ResolvedPath.RelativeName(folder, _folder["model/none/at/all"], Rules(system)));
    }

    [Fact]
    public void Half_a_character_has_no_forms_and_is_compared_as_it_is()
    {
        Assert.True(FileSystemRules.MacOS.IsSame("a\ud800", "A\ud800"));
        Assert.False(FileSystemRules.MacOS.IsSame("a\ud800", "a\ud801"));
    }

    [Theory]
    [InlineData("Windows", "Model.SIG", "model.sig", "MODEL.SIG")]
    [InlineData("MacOS", Apart + ".sig", Composed + ".sig", Composed + ".SIG")]
    public void A_signature_and_an_ignored_path_are_left_out_also_after_a_renaming_that_the_system_does_not_tell(
        string system, string onDisk, string signature, string ignored)
    {
        _folder.Write("model/w.bin", "weights");
        _folder.Write("model/" + onDisk, "{}");
        ModelFilesOptions options = new() { CurrentDirectory = _folder.FullPath, IgnoreGitPaths = false, Rules = Rules(system) };
        foreach (ModelFilesOptions leavesOut in new[]
        {
            options with { SignaturePath = _folder["model/" + signature] },
            options with { IgnorePaths = [ignored] },
        })
        {
            ModelFiles found = ModelFiles.Find(_folder["model"], leavesOut, CancellationToken.None);
            Assert.Equal(["w.bin"], found.Files.Select(file => file.Name));
            Assert.Equal([onDisk], found.IgnorePaths);
        }

        Assert.Equal(2, ModelFiles.Find(_folder["model"], options, CancellationToken.None).Files.Count);
    }

    [Fact]
    public void On_Windows_an_ignored_path_with_the_prefix_of_long_paths_is_one_of_the_model()
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), "Only Windows has such paths.");
        _folder.Write("model/w.bin", "weights");
        _folder.Write("model/cache/x", "x");
        ModelFilesOptions options = new() { CurrentDirectory = _folder.FullPath, IgnoreGitPaths = false };
        ModelFiles found = ModelFiles.Find(_folder["model"], options with { IgnorePaths = [@"\\?\" + _folder["model/cache"]] }, CancellationToken.None);
        Assert.Equal(["cache"], found.IgnorePaths);
        Assert.Empty(found.Warnings);
        Assert.Equal("IgnorePathInvalid", Assert.Throws<ModelSigningException>(() => ModelFiles.Find(
            _folder["model"], options with { IgnorePaths = [@"cache\x:stream"] }, CancellationToken.None)).Definition.Id);
    }

    private static FileSystemRules Rules(string system) => system switch
    {
        "Windows" => FileSystemRules.Windows,
        "MacOS" => FileSystemRules.MacOS,
        _ => FileSystemRules.Unix,
    };
}
