using System.Text;
using ModelSigning.Core.Files;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Files;

public sealed class FileStatusTests
{
    [Theory]
    [InlineData(FileAttributes.Normal, "File")]
    [InlineData(FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReadOnly, "File")]
    [InlineData(FileAttributes.Archive | FileAttributes.SparseFile | FileAttributes.Compressed, "File")]
    [InlineData(FileAttributes.Directory, "Directory")]
    [InlineData(FileAttributes.Device, "Special")]
    [InlineData(FileAttributes.ReparsePoint, "Link")]
    [InlineData(FileAttributes.ReparsePoint | FileAttributes.Directory, "Link")]
    public void The_attributes_of_Windows_tell_the_kind_and_a_reparse_point_of_unknown_tag_is_a_link(FileAttributes attributes, string kind) =>
        Check(attributes, null, kind);

    [Theory]
    [InlineData(0xA000_000Cu, "Link", "Link")] // symbolic link
    [InlineData(0xA000_0003u, "Link", "Link")] // junction, mounted volume
    [InlineData(0xA000_001Du, "Link", "Link")] // symbolic link of Linux
    [InlineData(0xA000_0027u, "Link", "Link")] // link of a container's layer
    [InlineData(0x9000_001Au, "File", "Directory")] // OneDrive and others
    [InlineData(0x9000_601Au, "File", "Directory")]
    [InlineData(0x9000_F01Au, "File", "Directory")]
    [InlineData(0x8000_0013u, "File", "Directory")] // deduplicated
    [InlineData(0x8000_0017u, "File", "Directory")] // compressed by the system
    [InlineData(0x9000_301Cu, "File", "Directory")] // projected by Git
    [InlineData(0x8000_0023u, "Special", "Special")] // socket
    [InlineData(0x8000_0024u, "Special", "Special")] // FIFO of Linux
    [InlineData(0x8000_0025u, "Special", "Special")]
    [InlineData(0x8000_0026u, "Special", "Special")]
    public void Only_a_reparse_point_that_stands_for_another_name_is_a_link(uint tag, string file, string directory)
    {
        Check(FileAttributes.ReparsePoint | FileAttributes.Archive | FileAttributes.Offline, tag, file);
        Check(FileAttributes.ReparsePoint | FileAttributes.Directory, tag, directory);
    }

    [Theory]
    [InlineData(2, true)] // nothing has the name
    [InlineData(3, true)] // nor the folder's
    [InlineData(123, true)] // a name that cannot be
    [InlineData(161, true)]
    [InlineData(5, false)] // access denied
    [InlineData(21, false)] // no medium in the drive
    [InlineData(53, false)] // the server is away
    [InlineData(64, false)] // and went away just now
    [InlineData(67, false)]
    [InlineData(1231, false)]
    public void On_Windows_what_cannot_be_asked_is_not_missing(int error, bool isMissing)
    {
        Exception exception = error switch
        {
            2 => new FileNotFoundException(),
            3 => new DirectoryNotFoundException(),
            5 => new UnauthorizedAccessException(),
            _ => new IOException("text", unchecked((int)0x8007_0000) | error),
        };
        Assert.Equal(isMissing, FileStatus.IsMissing(exception));
    }

    [Fact]
    public void What_a_folder_says_of_its_entries_is_what_their_paths_say()
    {
        Assert.SkipUnless(FileStatus.HasFolders, "Paths alone are asked on this system.");
        using TemporaryFolder folder = new();
        folder.Write("file", "content");
        folder.Write("folder/x", "");
        File.CreateSymbolicLink(folder["link"], "file");
        UnixEntries.MakeFifo(folder["fifo"]);
        using UnixFolder listed = new(folder.FullPath);
        Assert.All((string[])["file", "folder", "link", "fifo"], name => Assert.Equal(FileStatus.Of(folder[name]), listed.StatusOf(Encoding.UTF8.GetBytes(name + '\0'))));
        Assert.Null(listed.StatusOf("gone\0"u8));
    }

    [Fact]
    public void Files_folders_and_nothing_are_told_apart()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(new FileStatus(FileKind.File, 3), FileStatus.Of(folder.Write("file", "abc")));
        Assert.Equal(new FileStatus(FileKind.Directory, 0), FileStatus.Of(folder.FullPath));
        Assert.Equal(default, FileStatus.Of(folder["none"]));
        Assert.Equal(default, FileStatus.Of(folder["none/below"]));
    }

    private static void Check(FileAttributes attributes, uint? tag, string kind)
    {
        FileStatus status = FileStatus.OfAttributes(attributes, 7, tag);
        Assert.Equal(kind, status.Kind.ToString());
        Assert.Equal(kind == "File" ? 7 : 0, status.Length);
    }
}
