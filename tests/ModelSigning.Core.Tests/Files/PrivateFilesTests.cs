using ModelSigning.Core.Files;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Files;

/// <summary>The mask is the whole process's, so no other test runs meanwhile.</summary>
[CollectionDefinition(nameof(SetsTheMask), DisableParallelization = true)]
public sealed class SetsTheMask;

/// <summary>Private files and folders under masks that take away more than usual, or nothing.</summary>
[Collection(nameof(SetsTheMask))]
public sealed class PrivateFilesTests : IDisposable
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite, OwnersFolder = OwnersFile | UnixFileMode.UserExecute;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(0b000_010_010)]
    [InlineData(0b000_111_111)]
    [InlineData(0b111_111_111)]
    public void Private_folders_and_files_are_their_owners_alone_whatever_the_mask_says(int mask)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such permissions.");
        UnixFileMode before = UnixEntries.SetMask((UnixFileMode)mask);
        try
        {
            PrivateFolder.Create(_folder["above/below"]);
            AtomicFile.Write(_folder["above/below/file"], "x"u8, AtomicFile.Private, exists: null);
        }
        finally
        {
            UnixEntries.SetMask(before);
        }

        Assert.Equal(OwnersFolder, Mode(_folder["above"]));
        Assert.Equal(OwnersFolder, Mode(_folder["above/below"]));
        Assert.Equal(OwnersFile, Mode(_folder["above/below/file"]));
    }

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);
}
