using System.Security.Cryptography;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Hashing;

public class CpuHashDeviceTests
{
    public static TheoryData<DigestAlgorithm> Algorithms { get; } = [.. Enum.GetValues<DigestAlgorithm>()];

    [Theory]
    [MemberData(nameof(HashVectors.Sha256), MemberType = typeof(HashVectors))]
    public void A_file_has_its_sha256_digest(int length, string digest) => HashesFile(DigestAlgorithm.Sha256, length, digest);

    [Theory]
    [MemberData(nameof(HashVectors.Blake2b), MemberType = typeof(HashVectors))]
    public void A_file_has_its_blake2b_digest(int length, string digest) => HashesFile(DigestAlgorithm.Blake2b, length, digest);

    [Theory]
    [MemberData(nameof(HashVectors.Blake3), MemberType = typeof(HashVectors))]
    public void A_file_has_its_blake3_digest(int length, string digest) => HashesFile(DigestAlgorithm.Blake3, length, digest);

    /// <summary>Otherwise a GPU would not be asked for the same lengths.</summary>
    [Fact]
    public void Every_vector_has_a_length_that_all_engines_are_asked_for() =>
        Assert.Empty(new[] { HashVectors.Sha256, HashVectors.Blake2b, HashVectors.Blake3 }.SelectMany(vectors => vectors.Select(row => row.Data.Item1)).Except(HashLengths.All));

    /// <summary>FIPS 180-4 and RFC 7693, appendix A: the digests of "abc".</summary>
    [Theory]
    [InlineData(DigestAlgorithm.Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(DigestAlgorithm.Blake2b, "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923")]
    [InlineData(DigestAlgorithm.Blake3, "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85")]
    public void The_standards_own_example_is_met(DigestAlgorithm algorithm, string digest)
    {
        using TestModel model = new();
        model.Add("abc", "abc"u8);
        Assert.Equal(digest, Convert.ToHexStringLower(model.Hash(algorithm).Digest(0)));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_shard_has_the_digest_of_a_file_of_its_bytes(DigestAlgorithm algorithm)
    {
        byte[] bytes = HashVectors.Input(1_500_000);
        using TestModel model = new();
        int whole = model.Add("whole", bytes.AsSpan(123_457, 700_001));
        model.Folder.Write("sharded", bytes);
        int shard = model.AddItem("sharded", 123_457, 700_001, endsFile: false);
        int last = model.AddItem("sharded", 1_000_000, 500_000, endsFile: true);
        int lastWhole = model.Add("last", bytes.AsSpan(1_000_000));

        HashJob job = model.Hash(algorithm);

        Assert.Equal(job.Digest(whole), job.Digest(shard));
        Assert.Equal(job.Digest(lastWhole), job.Digest(last));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void The_number_of_threads_changes_nothing(DigestAlgorithm algorithm)
    {
        using TestModel model = new();
        for (int i = 0; i < 100; i++)
        {
            model.Add($"folder/{i}", RandomNumberGenerator.GetBytes(i < 3 ? 3_000_000 + i : i * 997));
        }

        HashJob one = model.Hash(algorithm, threads: 1);
        HashJob many = model.Hash(algorithm, threads: 7);

        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(one.Digest(i), many.Digest(i));
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void An_item_that_has_its_outcome_is_left_alone(DigestAlgorithm algorithm)
    {
        using TestModel model = new();
        model.Add("mine", "mine"u8);
        HashJob job = new(algorithm, model.Folder.FullPath, [new HashItem("yours", 0, 1, true), new HashItem("mine", 0, 4, true)], 2, new HashProgress());
        byte[] digest = new byte[job.DigestLength];
        job.Complete(0, digest);

        HashScheduler.Run(job, new CpuHashDevice(), default);

        Assert.Equal(digest, job.Digest(0));
        Assert.Empty(job.Failures);
        Assert.False(job.IsPending(1));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Progress_ends_at_the_sum_of_the_lengths(DigestAlgorithm algorithm)
    {
        using TestModel model = new();
        model.Add("a", new byte[1_234_567]);
        model.Add("b", new byte[89]);
        model.Add("empty", []);

        HashProgress progress = model.Hash(algorithm).Progress;

        Assert.Equal(1_234_656, progress.BytesTotal);
        Assert.Equal(1_234_656, progress.BytesDone);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Nothing_is_hashed_once_it_is_cancelled(DigestAlgorithm algorithm)
    {
        using TestModel model = new();
        model.Add("a", new byte[100]);
        Assert.ThrowsAny<OperationCanceledException>(() => model.Hash(algorithm, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_running_job_ends_when_it_is_cancelled(DigestAlgorithm algorithm)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A file without content takes its whole length on Windows' disks.");
        const long tebibyte = 1L << 40;
        using TestModel model = new();
        using (FileStream file = File.Create(model.Folder["large"]))
        {
            file.SetLength(tebibyte);
        }

        HashJob job = new(algorithm, model.Folder.FullPath, [.. Enumerable.Range(0, 40).Select(i => new HashItem("large", i, tebibyte - i, true))], 2, new HashProgress());
        using CancellationTokenSource stop = new();
        Task hashing = Task.Run(() => HashScheduler.Run(job, new CpuHashDevice(), stop.Token), CancellationToken.None);
        while (job.Progress.BytesDone == 0)
        {
            await Task.Yield();
        }

        await stop.CancelAsync();

        // Forty tebibytes would take hours.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hashing);
        Assert.Empty(job.Failures);
    }

    [Fact]
    public void A_job_without_items_is_done()
    {
        using TestModel model = new();
        Assert.Empty(model.Hash(DigestAlgorithm.Sha256).Failures);
    }

    [Fact]
    public void A_device_that_leaves_an_item_out_is_refused()
    {
        HashJob job = new(DigestAlgorithm.Sha256, "/", [new HashItem("a", 0, 1, true)], 1, new HashProgress());
        ModelSigningException error = Assert.Throws<ModelSigningException>(() => HashScheduler.Run(job, new IdleDevice(), default));
        Assert.Equal("HashDeviceIncomplete", error.Definition.Id);
    }

    private static void HashesFile(DigestAlgorithm algorithm, int length, string digest)
    {
        using TestModel model = new();
        model.Add("model.bin", HashVectors.Input(length));
        Assert.Equal(digest, Convert.ToHexStringLower(model.Hash(algorithm).Digest(0)));
    }

    private sealed class IdleDevice : IHashDevice
    {
        public void Hash(HashJob job, CancellationToken cancellationToken)
        {
        }
    }
}
