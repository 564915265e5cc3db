using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Files;

public sealed class UnixFolderHandleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_file_is_the_one_of_its_name_however_the_folders_follow_each_other()
    {
        Assert.SkipUnless(UnixFolderHandle.IsSupported, "Only on 64-bit Linux.");
        string deep = string.Join('/', Enumerable.Repeat("d", 40));
        string[] names = ["top", "a/x", "a/b/x", "a/b/c/x", "a/c/x", "b/x", "b/b/c/x", $"{deep}/x", $"{deep}/e/x", $"{deep}/f/x", "d/x", "d/d/x"];
        foreach (string name in names)
        {
            _folder.Write(name, name);
        }

        using UnixFolderHandle handle = new(_folder.FullPath);
        Random random = new(7);
        for (int round = 0; round < 500; round++)
        {
            string name = names[random.Next(names.Length)];
            using UnixFileReader reader = UnixFileReader.Own(handle.Open(name, followLink: false), name.Length);
            byte[] bytes = new byte[256];
            Assert.Equal(name, System.Text.Encoding.ASCII.GetString(bytes, 0, reader.Read(bytes, 0)));
            if (round % 50 == 0)
            {
                Assert.Throws<FileNotFoundException>(() => handle.Open("a/b/none/x", followLink: false));
            }
        }
    }

    [Fact]
    public void A_link_is_no_folder_and_a_file_only_where_it_is_asked_for()
    {
        Assert.SkipUnless(UnixFolderHandle.IsSupported, "Only on 64-bit Linux.");
        _folder.Write("real/x", "x");
        Directory.CreateSymbolicLink(_folder["linked"], _folder["real"]);
        File.CreateSymbolicLink(_folder["real/link"], _folder["real/x"]);
        using UnixFolderHandle handle = new(_folder.FullPath);
        Assert.Throws<FileNotFoundException>(() => handle.Open("linked/x", followLink: true));
        Assert.Throws<IOException>(() => handle.Open("real/link", followLink: false));
        using UnixFileReader reader = UnixFileReader.Own(handle.Open("real/link", followLink: true), 1);
        Assert.Equal(1, reader.Read(new byte[2], 0));
    }
}
