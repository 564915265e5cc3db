using System.Collections.Concurrent;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Core.Models;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Models;

/// <summary>How many threads read and hash.</summary>
public sealed class HashSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    public void A_network_drive_is_asked_for_more_at_once_unless_someone_says_how_much(bool isOnNetwork, int? threads)
    {
        _folder.Write("file", "content");
        Counting device = new();
        HashSettings settings = new() { Device = device, Threads = threads };
        HashPlan.For([new("file", 7)], null).Hash(DigestAlgorithm.Sha256, new Drive(HashSource.Folder(_folder.FullPath), isOnNetwork), settings, CancellationToken.None);
        int expected = threads ?? (isOnNetwork ? Math.Max(16, Environment.ProcessorCount) : Environment.ProcessorCount);
        Assert.Equal([expected], device.Threads);
    }

    [Fact]
    public void The_folder_of_the_tests_lies_on_no_network_drive_and_a_share_of_Windows_does()
    {
        Assert.False(LocalFolders.IsOnNetwork(_folder.FullPath));
        Assert.False(LocalFolders.IsOnNetwork(_folder["missing"]));
        Assert.Equal(OperatingSystem.IsWindows(), LocalFolders.IsOnNetwork(@"\\server\share\model"));
    }

    private sealed class Counting : IHashDevice
    {
        private readonly CpuHashDevice _device = new();

        public ConcurrentQueue<int> Threads { get; } = new();

        public void Hash(HashJob job, CancellationToken cancellationToken)
        {
            Threads.Enqueue(job.Threads);
            _device.Hash(job, cancellationToken);
        }
    }

    private sealed class Drive(HashSource files, bool isOnNetwork) : HashSource
    {
        internal override bool IsOnNetwork => isOnNetwork;

        public override string PathOf(string name) => files.PathOf(name);

        internal override FileReader Open(string name, long length) => files.Open(name, length);
    }
}
