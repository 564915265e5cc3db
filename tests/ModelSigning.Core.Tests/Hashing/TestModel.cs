using ModelSigning.Core.Hashing;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Hashing;

/// <summary>Files of a test's own, hashed by the processor.</summary>
internal sealed class TestModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<HashItem> _items = [];

    public TemporaryFolder Folder => _folder;

    /// <summary>Writes a file that is hashed as a whole.</summary>
    /// <returns>The index of its item.</returns>
    public int Add(string name, ReadOnlySpan<byte> bytes)
    {
        _folder.Write(name, bytes);
        return AddItem(name, 0, bytes.Length, endsFile: true);
    }

    /// <summary>Adds an item for a file that is there already, or never is.</summary>
    /// <returns>The item's index.</returns>
    public int AddItem(string name, long offset, long length, bool endsFile)
    {
        _items.Add(new HashItem(name, offset, length, endsFile));
        return _items.Count - 1;
    }

    public HashJob Hash(DigestAlgorithm algorithm, int threads = 2, CancellationToken cancellationToken = default)
    {
        HashJob job = new(algorithm, _folder.FullPath, _items, threads, new HashProgress());
        HashScheduler.Run(job, new CpuHashDevice(), cancellationToken);
        return job;
    }

    public void Dispose() => _folder.Dispose();
}
