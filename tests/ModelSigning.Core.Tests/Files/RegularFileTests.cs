using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Files;

public sealed class RegularFileTests : IDisposable
{
    private static readonly InputRules Rules = new("document", 1024, TestErrors.Invalid);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_read_whole_also_by_a_link()
    {
        string path = _folder.Write("file", "content");
        using (FileStream stream = RegularFile.Open(path))
        {
            Assert.Equal("content", new StreamReader(stream).ReadToEnd());
        }

        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right on Windows.");
        File.CreateSymbolicLink(_folder["link"], path);
        Assert.Equal("content"u8.ToArray(), BoundedFile.Read(_folder["link"], Rules));
    }

    [Fact]
    public void What_is_absent_or_not_a_path_says_so()
    {
        Assert.Throws<FileNotFoundException>(() => RegularFile.Open(_folder["none"]));
        Assert.ThrowsAny<ArgumentException>(() => RegularFile.Open("a\0b"));
        Assert.ThrowsAny<Exception>(() => RegularFile.Open(_folder.FullPath));
    }

    [Fact]
    public void Fifos_and_devices_are_refused_and_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no FIFO in its file system.");
        UnixEntries.MakeFifo(_folder["fifo"]);
        File.CreateSymbolicLink(_folder["link"], _folder["fifo"]);
        foreach (string path in new[] { _folder["fifo"], _folder["link"], "/dev/zero", "/dev/null", "/dev/tty", "/dev/random" })
        {
            Assert.ThrowsAny<IOException>(() => RegularFile.Open(path));
            Assert.Equal(TestErrors.Invalid, Assert.Throws<ModelSigningException>(() => BoundedFile.Read(path, Rules)).Definition);
        }
    }

    [Theory]
    [InlineData("/proc/version")]
    [InlineData("/proc/self/environ")]
    [InlineData("/proc/kmsg")]
    [InlineData("/sys/kernel/notes")]
    public void What_the_kernel_makes_up_is_not_a_file_also_by_a_link(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(path), "This system has no such file.");
        File.CreateSymbolicLink(_folder["link"], path);
        foreach (string one in new[] { path, _folder["link"] })
        {
            Assert.ThrowsAny<Exception>(() => RegularFile.Open(one));
            Assert.Equal(TestErrors.Invalid, Assert.Throws<ModelSigningException>(() => BoundedFile.Read(one, Rules)).Definition);
        }
    }

    private static class TestErrors
    {
        internal static readonly ErrorDefinition Invalid = new("Invalid", ErrorKind.InvalidData, "It is not valid.", "Use another.");
    }
}
