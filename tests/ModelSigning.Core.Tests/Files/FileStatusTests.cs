using ModelSigning.Core.Files;

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
    [InlineData(FileAttributes.ReparsePoint | FileAttributes.Offline | FileAttributes.Archive, "Link")]
    public void Every_reparse_point_of_Windows_is_a_link_a_junction_too(FileAttributes attributes, string kind)
    {
        FileStatus status = FileStatus.OfAttributes(attributes, 7);
        Assert.Equal(kind, status.Kind.ToString());
        Assert.Equal(kind == "File" ? 7 : 0, status.Length);
    }
}
