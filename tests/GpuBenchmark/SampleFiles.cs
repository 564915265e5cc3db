using System.Globalization;
using ModelSigning.Core.Hashing;

namespace ModelSigning.GpuBenchmark;

/// <summary>Files of random bytes: one large, many small of as many bytes together, and one for each awkward length. Deleted at the end.</summary>
internal sealed class SampleFiles : IDisposable
{
    private const int Many = 4096;

    private readonly string _folder;

    public SampleFiles(string folder, long bytes)
    {
        _folder = Directory.CreateDirectory(Path.Join(folder, "gpu-benchmark-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture))).FullName;
        OneFile = [Write("one", bytes)];
        ManyFiles = [.. Enumerable.Range(0, Many).Select(file => Write($"many-{file}", bytes / Many))];
        AwkwardLengths = [.. new[] { 0, 1, 55, 56, 63, 64, 65, 127, 128, 129, 1023, 1024, 1025, 3073, 262_145, 4_194_305 }.Select(length => Write($"length-{length}", length))];
    }

    public IReadOnlyList<HashItem> OneFile { get; }

    public IReadOnlyList<HashItem> ManyFiles { get; }

    public IReadOnlyList<HashItem> AwkwardLengths { get; }

    /// <summary>A job over some of the files.</summary>
    public HashJob Job(DigestAlgorithm algorithm, IReadOnlyList<HashItem> items) => new(algorithm, _folder, items, Environment.ProcessorCount, new HashProgress());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private HashItem Write(string name, long length)
    {
        using FileStream file = File.Create(Path.Join(_folder, name));
        byte[] noise = new byte[Math.Min(length, 16 << 20)];
        for (long done = 0; done < length; done += noise.Length)
        {
            Random.Shared.NextBytes(noise);
            file.Write(noise.AsSpan(0, (int)Math.Min(noise.Length, length - done)));
        }

        return new HashItem(name, 0, length, EndsFile: true);
    }
}
