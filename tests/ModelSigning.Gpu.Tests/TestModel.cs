using System.Globalization;
using ModelSigning.Core.Hashing;
using ModelSigning.Testing;

namespace ModelSigning.Gpu.Tests;

/// <summary>Files of random bytes, the same in every run.</summary>
internal sealed class TestModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<HashItem> _items = [];
    private readonly Random _random = new(7);

    public TemporaryFolder Folder => _folder;

    public IReadOnlyList<HashItem> Items => _items;

    /// <summary>Writes a file that is hashed as a whole.</summary>
    public void Add(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        Add(bytes);
    }

    /// <summary>Writes a file of these bytes that is hashed as a whole.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{_items.Count}-{bytes.Length}");
        _folder.Write(name, bytes);
        _items.Add(new HashItem(name, 0, bytes.Length, EndsFile: true));
    }

    /// <summary>Adds an item for a file that is there already, or never is.</summary>
    public void AddItem(string name, long offset, long length, bool endsFile) => _items.Add(new HashItem(name, offset, length, endsFile));

    public HashJob Hash(DigestAlgorithm algorithm, IHashDevice device, CancellationToken token = default)
    {
        HashJob job = new(algorithm, _folder.FullPath, _items, threads: 2, new HashProgress());
        device.Hash(job, token);
        return job;
    }

    public void Dispose() => _folder.Dispose();
}
