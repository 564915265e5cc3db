using System.Security.AccessControl;
using System.Security.Principal;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Keys;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_appears_whole_is_replaced_only_when_asked_and_leaves_nothing_behind()
    {
        string path = _folder["model.sig"];
        AtomicFile.Write(path, "one"u8, Mode, KeyErrors.KeyFileExists);
        Assert.Equal(KeyErrors.KeyFileExists, Refusal(() => AtomicFile.Write(path, "two"u8, Mode, KeyErrors.KeyFileExists)).Definition);
        Assert.Equal("one", File.ReadAllText(path));
        AtomicFile.CheckWritable(path, exists: null);
        AtomicFile.Write(path, "two"u8, Mode, exists: null);
        Assert.Equal("two", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.FullPath));
    }

    [Fact]
    public void A_long_path_is_written()
    {
        string folder = Directory.CreateDirectory(_folder[string.Join('/', Enumerable.Repeat(new string('d', 100), 4))]).FullName;
        string path = Path.Join(folder, "model.sig");
        AtomicFile.Write(path, "one"u8, Mode, KeyErrors.KeyFileExists);
        AtomicFile.Write(path, "two"u8, Mode, exists: null);
        Assert.Equal("two", File.ReadAllText(path));
    }

    [Fact]
    public void On_Windows_a_file_that_another_program_keeps_open_is_reported_before_any_work()
    {
        OnWindows();
        string path = _folder.Write("model.sig", "old");
        using (new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            Assert.Equal(FileErrors.FileInUse, Refusal(() => AtomicFile.CheckWritable(path, exists: null)).Definition);
        }

        AtomicFile.CheckWritable(path, exists: null);
        Assert.Equal("old", File.ReadAllText(path));
    }

    [Fact]
    public void On_Windows_a_read_only_file_is_reported_before_any_work_and_not_replaced()
    {
        OnWindows();
        string path = _folder.Write("model.sig", "old");
        File.SetAttributes(path, FileAttributes.ReadOnly);
        try
        {
            Assert.Equal(FileErrors.FileReadOnly, Refusal(() => AtomicFile.CheckWritable(path, exists: null)).Definition);
            Assert.Equal(FileErrors.FileReadOnly, Refusal(() => AtomicFile.Write(path, "new"u8, Mode, exists: null)).Definition);
        }
        finally
        {
            File.SetAttributes(path, FileAttributes.Normal);
        }

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.FullPath));
    }

    [Fact]
    public void On_Windows_a_private_file_is_its_owners_alone()
    {
        OnWindows();
        string path = _folder["key.pem"];
        AtomicFile.Write(path, "key"u8, UnixFileMode.UserRead | UnixFileMode.UserWrite, KeyErrors.KeyFileExists);
        if (!OperatingSystem.IsWindows())
        {
            return;
        }

        FileSecurity security = new FileInfo(path).GetAccessControl();
        using WindowsIdentity user = WindowsIdentity.GetCurrent();
        FileSystemAccessRule rule = Assert.Single(security.GetAccessRules(true, true, typeof(SecurityIdentifier)).Cast<FileSystemAccessRule>());
        Assert.True(security.AreAccessRulesProtected);
        Assert.Equal(user.User, rule.IdentityReference);
        Assert.Equal(user.User, security.GetOwner(typeof(SecurityIdentifier)));
        Assert.False(rule.IsInherited);
        Assert.Equal("key", File.ReadAllText(path, Encoding.UTF8));
    }

    private static ModelSigningException Refusal(Action action) => Assert.Throws<ModelSigningException>(action);

    private static void OnWindows()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Skip("Only Windows keeps a file that is open or read-only from being replaced, and has access lists.");
        }
    }
}
