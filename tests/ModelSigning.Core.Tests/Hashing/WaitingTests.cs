using System.Collections.Concurrent;
using ModelSigning.Core.Hashing;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Hashing;

/// <summary>Jobs of a caller whose own thread may hash and is called while it waits.</summary>
public sealed class WaitingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Blake2b)]
    [InlineData(DigestAlgorithm.Blake3)]
    public void A_small_job_is_hashed_by_the_callers_thread_alone(DigestAlgorithm algorithm)
    {
        Threads seen = Hash(algorithm, 1000, () => { });
        Assert.Equal([Environment.CurrentManagedThreadId], seen.Ids.Keys);
    }

    [Fact]
    public void A_job_of_a_mebibyte_and_one_whose_caller_does_not_offer_its_thread_are_hashed_by_others()
    {
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, Hash(DigestAlgorithm.Sha256, 1024 * 1024, () => { }).Ids.Keys);
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, Hash(DigestAlgorithm.Sha256, 1000, null).Ids.Keys);
    }

    [Fact]
    public void What_the_caller_throws_while_it_waits_ends_the_work()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("NTFS makes a file sparse only when asked through an API of its own.");
        }

        // It cannot be hashed to its end in the life of this test.
        using (FileStream large = File.Create(_folder["large"]))
        {
            large.SetLength(1L << 40);
        }

        HashJob job = new(DigestAlgorithm.Sha256, _folder.FullPath, [new HashItem("large", 0, 1L << 40, EndsFile: true)], 2, new HashProgress())
        {
            Waiting = () => throw new InvalidOperationException("enough"),
        };
        Assert.Equal("enough", Assert.Throws<InvalidOperationException>(() => HashScheduler.Run(job, new CpuHashDevice(), CancellationToken.None)).Message);
    }

    private Threads Hash(DigestAlgorithm algorithm, int length, Action? waiting)
    {
        _folder.Write("file", new byte[length]);
        Threads seen = new();
        HashJob job = new(algorithm, _folder.FullPath, [new HashItem("file", 0, length, EndsFile: true)], 2, new HashProgress()) { Observer = seen, Waiting = waiting };
        HashScheduler.Run(job, new CpuHashDevice(), CancellationToken.None);
        return seen;
    }

    private sealed class Threads : IFileObserver
    {
        public ConcurrentDictionary<int, bool> Ids { get; } = new();

        public void Observe(string name, long offset, long? length, ReadOnlySpan<byte> bytes) => Ids[Environment.CurrentManagedThreadId] = true;
    }
}
