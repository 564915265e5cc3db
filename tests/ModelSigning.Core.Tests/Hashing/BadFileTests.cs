using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Core.Tests.Hashing;

/// <summary>One bad file among good ones: it alone has no digest, and its error names it.</summary>
public class BadFileTests
{
    private const int Neighbours = 40;

    public static TheoryData<DigestAlgorithm, int> Cases { get; } = new(
        from algorithm in Enum.GetValues<DigestAlgorithm>()
        from length in new[] { 1, 100_000, 2_000_000 }
        select (algorithm, length));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_file_that_grew_is_refused(DigestAlgorithm algorithm, int length) => OnlyThisFails(algorithm, length, HashingErrors.FileGrew, model =>
    {
        model.Folder.Write("bad", new byte[length + 1]);
        return model.AddItem("bad", 0, length, endsFile: true);
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_file_that_shrank_is_refused(DigestAlgorithm algorithm, int length) => OnlyThisFails(algorithm, length, HashingErrors.FileShrank, model =>
    {
        model.Folder.Write("bad", new byte[length - 1]);
        return model.AddItem("bad", 0, length, endsFile: true);
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_shard_beyond_the_end_is_refused(DigestAlgorithm algorithm, int length) => OnlyThisFails(algorithm, length, HashingErrors.FileShrank, model =>
    {
        model.Folder.Write("bad", new byte[length]);
        return model.AddItem("bad", (length + 1) / 2, length, endsFile: false);
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_file_that_vanished_is_refused(DigestAlgorithm algorithm, int length) =>
        OnlyThisFails(algorithm, length, HashingErrors.FileVanished, model => model.AddItem("bad", 0, length, endsFile: true));

    // By another program, when its first bytes have been read.
    [Theory]
    [InlineData(DigestAlgorithm.Sha256, 1, 2_000_000)]
    [InlineData(DigestAlgorithm.Blake2b, 1, 2_000_000)]
    [InlineData(DigestAlgorithm.Blake3, 1, 3_000_000)]
    [InlineData(DigestAlgorithm.Blake3, 4, 30_000_000)]
    public void A_file_that_is_modified_behind_the_place_that_was_read_is_refused(DigestAlgorithm algorithm, int threads, int length)
    {
        using TestModel model = new();
        model.Folder.Write("bad", new byte[length]);
        string path = model.Folder["bad"];
        DateTime old = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, old);
        Meddler meddler = new(() =>
        {
            using (FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                file.WriteByte(1);
            }

            // Linux and macOS also say when anything of a file was changed, which nobody can set.
            if (!OperatingSystem.IsWindows())
            {
                File.SetLastWriteTimeUtc(path, old);
            }
        });
        HashJob job = new(algorithm, model.Folder.FullPath, [new("bad", 0, length, EndsFile: true)], threads, new()) { Observer = meddler };
        new CpuHashDevice().Hash(job, TestContext.Current.CancellationToken);
        Assert.Equal(HashingErrors.FileChanged, job.Failures[0].Definition);
    }

    // Shards are opened one by one.
    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Blake2b)]
    [InlineData(DigestAlgorithm.Blake3)]
    public void A_file_that_is_modified_or_replaced_between_two_of_its_shards_is_refused(DigestAlgorithm algorithm)
    {
        // Windows replaces no file that is open.
        foreach (bool isReplaced in OperatingSystem.IsWindows() ? (bool[])[false] : [false, true])
        {
            using TestModel model = new();
            model.Folder.Write("bad", new byte[100_000]);
            model.Folder.Write("other", new byte[100_000]);
            string path = model.Folder["bad"];
            File.SetLastWriteTimeUtc(path, new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            Meddler meddler = new(() =>
            {
                if (isReplaced)
                {
                    File.Move(model.Folder["other"], path, overwrite: true);
                }
                else
                {
                    File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
                }
            });
            HashJob job = new(algorithm, model.Folder.FullPath, [.. Enumerable.Range(0, 100).Select(shard => new HashItem("bad", shard * 1000, 1000, EndsFile: shard == 99))], 1, new()) { Observer = meddler };
            new CpuHashDevice().Hash(job, TestContext.Current.CancellationToken);
            Assert.NotEmpty(job.Failures);
            Assert.All(job.Failures.Values, failure => Assert.Equal(HashingErrors.FileChanged, failure.Definition));
        }
    }

    private sealed class Meddler(Action act) : IFileObserver
    {
        private int _calls;

        public void Observe(string name, long offset, long? length, ReadOnlySpan<byte> bytes)
        {
            if (Interlocked.Increment(ref _calls) == 1)
            {
                act();
            }
        }
    }

    [Fact]
    public void An_empty_file_that_grew_is_refused() => OnlyThisFails(DigestAlgorithm.Sha256, 0, HashingErrors.FileGrew, model =>
    {
        model.Folder.Write("bad", "x"u8);
        return model.AddItem("bad", 0, 0, endsFile: true);
    });

    [Fact]
    public void A_file_of_the_kernel_where_an_empty_file_was_is_refused_before_it_is_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/proc/version"), "This system has no such file.");
        OnlyThisFails(DigestAlgorithm.Sha256, 0, HashingErrors.FileReadFailed, model =>
        {
            File.CreateSymbolicLink(model.Folder["bad"], "/proc/version");
            return model.AddItem("bad", 0, 0, endsFile: true);
        });
    }

    [Theory]
    [MemberData(nameof(CpuHashDeviceTests.Algorithms), MemberType = typeof(CpuHashDeviceTests))]
    public void A_folder_where_a_file_was_is_refused(DigestAlgorithm algorithm)
    {
        using TestModel model = new();
        Directory.CreateDirectory(model.Folder["bad"]);
        int bad = model.AddItem("bad", 0, 10, endsFile: true);
        Assert.Contains(model.Hash(algorithm).Failures[bad].Definition, new[] { HashingErrors.FileUnreadable, HashingErrors.FileReadFailed });
    }

    [Theory]
    [MemberData(nameof(CpuHashDeviceTests.Algorithms), MemberType = typeof(CpuHashDeviceTests))]
    public void A_file_that_may_not_be_read_is_refused(DigestAlgorithm algorithm)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has access control lists instead of modes.");
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "A privileged user may read every file.");
        OnlyThisFails(algorithm, 10, HashingErrors.FileUnreadable, model =>
        {
            string path = model.Folder.Write("bad", new byte[10]);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.None);
            }

            return model.AddItem("bad", 0, 10, endsFile: true);
        });
    }

    [Theory]
    [MemberData(nameof(CpuHashDeviceTests.Algorithms), MemberType = typeof(CpuHashDeviceTests))]
    public void A_read_error_of_the_system_is_refused(DigestAlgorithm algorithm)
    {
        // The page at address 0 is never mapped, so reading it through /proc is an EIO that needs no broken disk.
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/proc/self/mem"), "Only Linux has a file whose reading fails.");
        HashJob job = new(algorithm, "/proc/self", [new HashItem("mem", 0, 4096, false)], 1, new HashProgress());

        HashScheduler.Run(job, new CpuHashDevice(), default);

        Assert.Equal(HashingErrors.FileReadFailed, job.Failures[0].Definition);
        Assert.Equal("/proc/self/mem", job.Failures[0].Target);
    }

    private static void OnlyThisFails(DigestAlgorithm algorithm, int length, ErrorDefinition expected, Func<TestModel, int> addBad)
    {
        using TestModel model = new();
        byte[] neighbour = HashVectors.Input(length + 5);
        for (int i = 0; i < Neighbours; i++)
        {
            model.Add($"neighbour{i}", neighbour.AsSpan(0, length + (i % 5)));
        }

        int bad = addBad(model);
        HashJob job = model.Hash(algorithm);

        ModelSigningException error = Assert.Single(job.Failures).Value;
        Assert.Equal(expected, error.Definition);
        Assert.Equal(model.Folder["bad"], error.Target);
        Assert.Contains("'bad'", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => job.Digest(bad).Length);
        for (int more = 0; more < 5; more++)
        {
            byte[] digest = HashVectors.Digest(algorithm, neighbour.AsSpan(0, length + more));
            for (int i = more; i < Neighbours; i += 5)
            {
                Assert.Equal(digest, job.Digest(i));
            }
        }
    }
}
