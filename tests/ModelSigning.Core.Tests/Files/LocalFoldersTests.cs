using ModelSigning.Core.Files;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Files;

public sealed class LocalFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalFolders _local = new();
    private int _looks;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_folder_around_many_models_is_looked_at_once()
    {
        _folder.Write("a/x", "x");
        _folder.Write("b/x", "x");
        bool first = Holds(_folder["a"]);
        Assert.Equal(first, Holds(_folder["b"]));
        Assert.Equal(1, _looks);
        Holds(_folder["b/x"]);
        Assert.Equal(2, _looks);
    }

    [Fact]
    public void What_may_lie_elsewhere_is_not_local()
    {
        _folder.Write("a/x", "x");
        Directory.CreateSymbolicLink(_folder["link"], _folder["a"]);
        Assert.False(Holds(_folder["link"]));
        Assert.False(Holds(_folder["missing"]));
        Assert.False(Holds(_folder["none"] + "/x"));
        if (OperatingSystem.IsLinux())
        {
            // Something else is mounted there.
            Assert.False(Holds("/proc"));
        }
    }

    private bool Holds(string path) => _local.Holds(path, look =>
    {
        _looks++;
        look();
    });
}
