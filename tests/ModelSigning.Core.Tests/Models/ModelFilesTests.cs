using System.Net.Sockets;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Models;

public sealed class ModelFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ModelFilesTests() => _folder.Write("model/a", "a");

    private ModelFilesOptions Options => new() { CurrentDirectory = _folder.FullPath };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_come_in_the_order_of_code_points_with_hidden_ones_and_without_empty_folders()
    {
        foreach (string name in (string[])["a b", "a/", "a-b", "😀", "～", ".config/x", ".env", "sub/.git/config", "empty.bin"])
        {
            if (name != "a/")
            {
                _folder.Write("ordered/" + name, name == "empty.bin" ? "" : name);
            }
        }

        _folder.Write("ordered/a/b", "");
        Directory.CreateDirectory(_folder["ordered/nothing/at/all"]);
        ModelFiles files = Find("ordered", Options);
        Assert.Equal([".config/x", ".env", "a b", "a-b", "a/b", "empty.bin", "sub/.git/config", "～", "😀"], files.Files.Select(file => file.Name));
        Assert.Equal(0, files.Files.Single(file => file.Name == "empty.bin").Length);
        Assert.Equal("ordered", files.ModelName);
        Assert.Empty(files.Warnings);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Folders_with_names_before_and_behind_those_of_files_are_ordered_by_whole_names(int seed)
    {
        Random random = new(seed);
        // On Windows no name ends in a space.
        string[] parts = ["a", OperatingSystem.IsWindows() ? "a#" : "a ", "a!", "a-b", "a.b", "a0", "b", "\uE000", "\U00010000", "z"];
        HashSet<string> names = [];
        for (int count = 0; count < 400; count++)
        {
            string name = string.Join('/', Enumerable.Range(0, random.Next(1, 6)).Select(_ => parts[random.Next(parts.Length)]));
            if (!names.Any(other => other.StartsWith(name + "/", StringComparison.Ordinal) || name.StartsWith(other + "/", StringComparison.Ordinal)) && names.Add(name))
            {
                _folder.Write("tree/" + name, name);
            }
        }

        // By the bytes of UTF-8, compared one by one.
        string[] expected = [.. names.Order(Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))))];
        Assert.Equal(expected, Names(Find("tree", Options)));
    }

    [Fact]
    public void Git_files_are_left_out_at_the_root_and_nowhere_else_and_are_recorded()
    {
        foreach (string name in (string[])[".git/HEAD", ".gitignore", ".gitattributes", ".github/ci.yml", ".gitmodules", "sub/.gitignore"])
        {
            _folder.Write("model/" + name, name);
        }

        ModelFiles files = Find("model", Options);
        Assert.Equal([".gitmodules", "a", "sub/.gitignore"], Names(files));
        Assert.Equal([".git", ".gitattributes", ".github", ".gitignore"], files.IgnorePaths);

        ModelFiles all = Find("model", Options with { IgnoreGitPaths = false });
        Assert.Equal(7, all.Files.Count);
        Assert.Empty(all.IgnorePaths);
    }

    [Fact]
    public void An_ignored_path_takes_everything_below_it_and_no_other_name()
    {
        foreach (string name in (string[])["cache/x/y", "cache2", "sub/cache", "cache.txt"])
        {
            _folder.Write("model/" + name, name);
        }

        ModelFiles files = Find("model", Options with { IgnorePaths = ["cache/"], IgnoreGitPaths = false });
        Assert.Equal(["a", "cache.txt", "cache2", "sub/cache"], Names(files));
        Assert.Equal(["cache"], files.IgnorePaths);
        Assert.Empty(files.Warnings);
    }

    [Fact]
    public void Ignored_paths_start_at_the_model_then_at_the_current_directory_or_are_absolute()
    {
        _folder.Write("model/b", "b");
        _folder.Write("model/sub/c", "c");
        ModelFilesOptions options = Options with { IgnoreGitPaths = false, CurrentDirectory = _folder["model/sub"] };
        ModelFiles files = Find(_folder["model"], options with { IgnorePaths = ["./b", "c", _folder["model/a"]] });
        Assert.Empty(files.Files);
        Assert.Equal(["a", "b", "sub/c"], files.IgnorePaths);
    }

    [Fact]
    public void An_ignored_path_that_matches_nothing_is_recorded_with_a_warning()
    {
        ModelFiles files = Find("model", Options with { IgnorePaths = ["nothing/here"], IgnoreGitPaths = false });
        Assert.Equal(["nothing/here"], files.IgnorePaths);
        Assert.Contains("nothing/here", Assert.Single(files.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..", "IgnorePathOutside")]
    [InlineData("../other", "IgnorePathOutside")]
    [InlineData(".", "IgnorePathOutside")]
    [InlineData("sub/../..", "IgnorePathOutside")]
    [InlineData("", "IgnorePathInvalid")]
    [InlineData("a\0", "IgnorePathInvalid")]
    [InlineData("*.bin", "IgnorePathInvalid")]
    [InlineData("a[0-9]", "IgnorePathInvalid")]
    public void Ignored_paths_that_no_signature_may_record_are_refused(string path, string id)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && path.Contains('*', StringComparison.Ordinal), "Windows knows no such name.");
        Refuses(id, "model", Options with { IgnorePaths = [path] });
    }

    [Fact]
    public void The_signature_is_left_out_wherever_the_links_to_it_lead()
    {
        _folder.Write("model/sub/my.sig", "{}");
        Symlink("alias", _folder["model/sub"]);
        ModelFiles files = Find("model", Options with { SignaturePath = _folder["alias/my.sig"], IgnoreGitPaths = false });
        Assert.Equal(["a"], Names(files));
        Assert.Equal(["sub/my.sig"], files.IgnorePaths);

        Assert.Empty(Find("model", Options with { SignaturePath = _folder["elsewhere.sig"], IgnoreGitPaths = false }).IgnorePaths);
    }

    [Fact]
    public void A_folder_in_the_place_of_the_signature_is_like_any_other_unless_it_is_ignored()
    {
        _folder.Write("model/model.sig/code.py", "x");
        ModelFilesOptions options = Options with { SignaturePath = _folder["model/model.sig"] };
        Assert.Equal(["a", "model.sig/code.py"], Names(Find("model", options)));
        Assert.Equal(["a"], Names(Find("model", options with { IgnorePaths = ["model.sig"] })));
    }

    [Fact]
    public void A_link_to_a_folder_in_the_place_of_the_signature_is_refused_and_one_to_the_signature_is_not()
    {
        _folder.Write("elsewhere/code.py", "x");
        _folder.Write("elsewhere.sig", "{}");
        Symlink("model/folder.sig", _folder["elsewhere"]);
        Refuses("SymlinkRefused", "model", Options with { SignaturePath = _folder["model/folder.sig"] });
        File.Delete(_folder["model/folder.sig"]);
        Symlink("model/file.sig", _folder["elsewhere.sig"]);
        Assert.Equal(["a"], Names(Find("model", Options with { SignaturePath = _folder["model/file.sig"] })));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("../outside")]
    [InlineData("sub")]
    [InlineData("nowhere")]
    [InlineData("link")]
    public void A_link_is_refused_where_links_are_not_allowed(string target)
    {
        _folder.Write("outside", "o");
        _folder.Write("model/sub/x", "x");
        Symlink("model/link", target);
        ModelSigningException error = Refuses("SymlinkRefused", "model", Options);
        Assert.Equal(_folder["model/link"], error.Target);
        Assert.Equal(["a", "sub/x"], Names(Find("model", Options with { IgnorePaths = ["link"] })));
    }

    [Fact]
    public void Where_links_are_allowed_one_to_a_file_is_the_file_under_the_links_name()
    {
        _folder.Write("outside", "four");
        Symlink("model/inside", "a");
        Symlink("model/link", "../outside");
        ModelFiles files = Find("model", Options with { AllowSymlinks = true });
        Assert.Equal(["a", "inside", "link"], Names(files));
        Assert.Equal(4, files.Files[2].Length);
        Assert.Contains("outside the model", Assert.Single(files.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../beside/back", "beside")]
    [InlineData("sub/on", "beside")]
    [InlineData("../beside/folder/../../model/file", "beside")]
    [InlineData("../model/file", null)]
    [InlineData("sub/../file", null)]
    public void A_link_that_leads_back_into_the_model_is_named_where_others_can_lead_it_elsewhere(string target, string? through)
    {
        _folder.Write("model/file", "four");
        _folder.Write("model/sub/other", "four");
        _folder.Write("beside/folder/file", "four");
        Symlink("model/link", target);
        Symlink("beside/back", "../model/file");
        Symlink("model/sub/on", "../../beside/back");
        ModelFiles files = Find("model", Options with { AllowSymlinks = true });
        Assert.Contains("link", Names(files));
        Assert.Equal(through is null ? [] : [$"The symbolic link 'link' leads outside the model, through '{_folder[through]}', and back into it."],
            files.Warnings.Where(warning => warning.Contains("'link'", StringComparison.Ordinal)));
        Assert.Equal(through is not null, ModelLink.LeadsOutside(ModelLocation.Find("model", _folder.FullPath, allowSymlinks: true, FileSystemRules.Current), "link"));
    }

    [Fact]
    public void Where_links_are_allowed_one_to_a_folder_or_in_a_loop_is_refused_unless_it_is_ignored()
    {
        _folder.Write("model/sub/x", "x");
        foreach ((string link, string target) in new[] { ("again", "sub"), ("circle", "circle"), ("sub/up", ".."), ("outside", "../..") })
        {
            Symlink("model/" + link, target);
            ModelSigningException error = Refuses("SymlinkToFolder", "model", Options with { AllowSymlinks = true });
            Assert.Equal(_folder["model/" + link], error.Target);
            ModelFiles files = Find("model", Options with { AllowSymlinks = true, IgnorePaths = [link], IgnoreGitPaths = false });
            Assert.Equal(["a", "sub/x"], Names(files));
            Assert.Equal([link], files.IgnorePaths);
            Assert.Equal([link], files.LeftOut);
            File.Delete(_folder["model/" + link]);
        }
    }

    [Fact]
    public void Twice_as_many_links_cost_twice_as_much()
    {
        long one = Cost(100), two = Cost(200);
        Assert.InRange(two, one, one * 5 / 2);

        long Cost(int links)
        {
            for (int link = 0; link < links; link++)
            {
                _folder.Write($"linked-{links}/targets/{link}", "x");
                Symlink($"linked-{links}/link-{link}", $"targets/{link}");
            }

            Find($"linked-{links}", Options with { AllowSymlinks = true });
            long before = GC.GetAllocatedBytesForCurrentThread();
            Find($"linked-{links}", Options with { AllowSymlinks = true });
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void A_model_of_links_alone_does_not_warn_of_each()
    {
        for (int link = 0; link < 50; link++)
        {
            Symlink($"model/link-{link}", _folder.Write("blobs/" + link, "x"));
        }

        ModelFiles files = Find("model", Options with { AllowSymlinks = true });
        Assert.Equal(51, files.Files.Count);
        Assert.Equal(21, files.Warnings.Count);
        Assert.Contains("30 similar warnings", files.Warnings[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_dangling_link_is_refused_even_where_links_are_allowed()
    {
        Symlink("model/link", "nowhere");
        Refuses("SymlinkDangling", "model", Options with { AllowSymlinks = true });
    }

    [Fact]
    public void A_model_that_is_a_link_itself_is_followed_only_where_links_are_allowed()
    {
        Symlink("alias", "model");
        Symlink("file", "model/a");
        Symlink("dangling", "nowhere");
        Refuses("SymlinkRefused", "alias/", Options);
        Refuses("SymlinkRefused", "file", Options);
        ModelFilesOptions allowed = Options with { AllowSymlinks = true };
        Refuses("SymlinkDangling", "dangling", allowed);
        Assert.Equal("alias", Find("alias", allowed).ModelName);
        Assert.Equal([$"The model '{_folder["alias"]}' is a symbolic link. All its files lie in '{_folder["model"]}'."], Find("alias", allowed).Warnings);
        Assert.Empty(Find("model", allowed).Warnings);
        Assert.Equal(["a"], Names(Find("alias", allowed)));
        Assert.Equal(["file"], Names(Find("file", allowed)));
    }

    [Fact]
    public void A_fifo_is_refused_without_being_opened_unless_it_is_ignored()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no FIFO in its file system.");
        UnixEntries.MakeFifo(_folder["model"], "pipe"u8);
        Refuses("SpecialFile", "model", Options);
        Refuses("SpecialFile", "model/pipe", Options);
        Assert.Equal(["a"], Names(Find("model", Options with { IgnorePaths = ["pipe"] })));
        Symlink("model/link", "pipe");
        Refuses("SpecialFile", "model", Options with { IgnorePaths = ["pipe"], AllowSymlinks = true });
    }

    [Fact]
    public void A_socket_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows' sockets are reparse points and are refused as links.");
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder["model/s"]));
        Refuses("SpecialFile", "model", Options);
    }

    [Fact]
    public void A_device_is_refused()
    {
        Assert.SkipUnless(File.Exists("/dev/null"), "This system has no /dev/null.");
        Refuses("SpecialFile", "/dev/null", Options);
    }

    [Fact]
    public void A_name_that_is_not_UTF8_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems do not let such a name exist.");
        UnixEntries.WriteFile(_folder["model"], [.. "bad"u8, 0xFF, .. "name"u8]);
        Refuses("FileNameInvalid", "model", Options);

        _folder.Write("model/bad\ufffdname", "the very name that the other reads as");
        Refuses("FileNameInvalid", "model", Options);

        UnixEntries.Remove(_folder["model"], [.. "bad"u8, 0xFF, .. "name"u8]);
        Assert.Equal(["a", "bad\ufffdname"], Names(Find("model", Options)));

        UnixEntries.MakeFolder(_folder["model"], [.. "dir"u8, 0x80]);
        Refuses("FileNameInvalid", "model", Options);
    }

    public static TheoryData<byte[], string, bool, string> NamesThatReadAlike => new()
    {
        // The hidden name, what hides it, whether it is a folder, and how it is spelt.
        { [0xFF, .. ".py"u8], "\ufffd.py", false, "\\xFF.py" },
        { [0xFF, .. ".py"u8], "\ufffd.py", true, "\\xFF.py" },
        { [0xC0], "\ufffd", true, "\\xC0" },
        { [0xC0, 0xC1], "\ufffd\ufffd", true, "\\xC0\\xC1" },
        { [.. "sub/"u8, 0xED, 0xA0, 0x80], "sub/\ufffd", false, "sub/\\xED\\xA0\\x80" },
    };

    [Theory]
    [MemberData(nameof(NamesThatReadAlike))]
    public void A_name_that_is_not_UTF8_does_not_hide_behind_the_name_that_it_reads_as(byte[] hidden, string before, bool isFolder, string spelt)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems do not let such a name exist.");
        Directory.CreateDirectory(_folder["model/" + before]);
        if (isFolder)
        {
            UnixEntries.MakeFolder(_folder["model"], hidden);
            UnixEntries.MakeFolder(_folder["model"], [.. hidden, .. "/deep"u8]);
        }
        else
        {
            UnixEntries.WriteFile(_folder["model"], hidden);
        }

        ModelSigningException error = Refuses("FileNameInvalid", "model", Options);
        Assert.Equal(spelt, error.Target);
        Assert.Contains(spelt, error.Message, StringComparison.Ordinal);

        ModelFiles files = Find("model", Options with { Uncovered = UncoveredEntries.LeaveOut });
        Assert.Equal(["a"], Names(files));
        Assert.Equal([spelt], files.Unnamed);
    }

    [Fact]
    public void A_link_whose_name_is_not_UTF8_does_not_hide_either()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems do not let such a name exist.");
        Directory.CreateDirectory(_folder["model/\ufffd"]);
        UnixEntries.MakeLink(_folder["model"], [0xC0], "."u8);
        Assert.Equal("\\xC0", Refuses("FileNameInvalid", "model", Options).Target);
    }

    [Fact]
    public void Below_an_ignored_path_no_name_is_judged()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems do not let such a name exist.");
        Directory.CreateDirectory(_folder["model/cache"]);
        UnixEntries.WriteFile(_folder["model/cache"], [0xFF]);
        Assert.Equal(["a"], Names(Find("model", Options with { IgnorePaths = ["cache"] })));
    }

    [Fact]
    public void A_model_whose_name_looks_like_that_of_another_folder_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems do not let such a name exist.");
        _folder.Write("store/m�/a", "a");
        Assert.Equal(["a"], Names(Find("store/m�", Options)));
        UnixEntries.MakeFolder(_folder["store"], [.. "m"u8, 0xFF]);
        Refuses("FileNameInvalid", "store/m�", Options);
        Refuses("FileNameInvalid", "store/m�/a", Options);
        Refuses("FileNameInvalid", "store/m\ud800", Options);
    }

    [Fact]
    public void A_folder_called_like_an_unfinished_signature_is_like_any_other()
    {
        const string name = ".modelsigning-0123456789abcdef.partial";
        _folder.Write($"model/{name}/code.py", "x");
        ModelFilesOptions signing = Options with { SignaturePath = _folder["model/model.sig"], SkipPartialFiles = true };
        Assert.Equal([name + "/code.py", "a"], Names(Find("model", signing)));
        _folder.Write("model/.modelsigning-0123456789abcdee.partial", "left by a signing that was killed");
        Assert.Equal([name + "/code.py", "a"], Names(Find("model", signing)));
    }

    [Fact]
    public void A_link_called_like_an_unfinished_signature_is_like_any_other()
    {
        const string name = ".modelsigning-0123456789abcdef.partial";
        ModelFilesOptions signing = Options with { SignaturePath = _folder["model/model.sig"], SkipPartialFiles = true };
        Symlink("model/" + name, "a");
        Refuses("SymlinkRefused", "model", signing);
        Assert.Equal([name, "a"], Names(Find("model", signing with { AllowSymlinks = true })));
    }

    [Fact]
    public void A_folder_that_cannot_be_listed_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no mode bits.");
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "The superuser may list every folder.");
        _folder.Write("model/locked/x", "x");
        UnixEntries.SetMode(_folder["model/locked"], UnixFileMode.None);
        Refuses("DirectoryUnreadable", "model", Options);
    }

    [Fact]
    public void A_model_that_is_not_there_is_told()
    {
        Refuses("ModelNotFound", "nowhere", Options);
        Refuses("ModelNotFound", "", Options);
        Refuses("ModelNotFound", "a\0b", Options);
    }

    private static string[] Names(ModelFiles files) => [.. files.Files.Select(file => file.Name)];

    private static ModelFiles Find(string path, ModelFilesOptions options) => ModelFiles.Find(path, options, CancellationToken.None);

    private static ModelSigningException Refuses(string id, string path, ModelFilesOptions options)
    {
        ModelSigningException error = Assert.Throws<ModelSigningException>(() => Find(path, options));
        Assert.Equal(id, error.Definition.Id);
        return error;
    }

    private void Symlink(string path, string target)
    {
        try
        {
            File.CreateSymbolicLink(_folder[path], target);
        }
        catch (IOException error) when (OperatingSystem.IsWindows())
        {
            Assert.Skip($"This Windows does not let the user make links: {error.Message}");
        }
    }
}
