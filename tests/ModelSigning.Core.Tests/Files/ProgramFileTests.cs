using ModelSigning.Core.Files;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Files;

public class ProgramFileTests
{
    [Theory]
    [InlineData("/usr/bin:.::bin:./bin:../bin:~/bin:/opt/x", false, "/usr/bin|/opt/x")]
    [InlineData("", false, "")]
    [InlineData(".", false, "")]
    [InlineData(@"C:\Windows;.;;bin;\bin;C:bin;""C:\Program Files\x"";D:/tools;\\server\share;\\.\C:\bin;\\?\C:\bin;/usr/bin", true, @"C:\Windows|C:\Program Files\x|D:/tools|\\server\share")]
    public void Only_folders_with_an_absolute_path_are_searched(string path, bool windows, string folders) =>
        Assert.Equal(folders, string.Join('|', ProgramFile.FoldersOf(path, windows)));

    [Fact]
    public void On_Windows_a_program_is_an_exe_and_not_a_batch_file_or_a_file_without_an_extension()
    {
        HashSet<string> there = [@"C:\a\agent", @"C:\a\agent.cmd", @"C:\a\agent.com", @"C:\b\agent.exe"];
        Assert.Equal(@"C:\b\agent.exe", ProgramFile.Find("agent", [@"C:\a", @"C:\b\"], windows: true, there.Contains));
        Assert.Null(ProgramFile.Find("agent", [@"C:\a"], windows: true, there.Contains));
    }

    [Fact]
    public void The_first_folder_with_a_program_that_can_be_run_counts()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no mode that says which file is a program.");
        using TemporaryFolder folder = new();
        folder.Write("a/agent", "no program");
        Directory.CreateDirectory(folder["b/agent"]);
        folder.Write("c/agent", "#!/bin/sh");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["c/agent"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        string path = string.Join(':', folder["a"], folder["b"], folder["c"]);
        Assert.Equal(folder["c/agent"], ProgramFile.Find("agent", ProgramFile.FoldersOf(path, windows: false), windows: false, ProgramFile.IsExecutable));
    }

    [Fact]
    public void What_no_folder_has_is_not_found() => Assert.Null(ProgramFile.Find("no-such-program-of-this-test"));
}
