using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Pipeline;
using ModelSigning.Gpu.Sharing;
using ModelSigning.Testing;

namespace ModelSigning.Gpu.Tests;

public class SharingTests
{
    private static readonly PipelineOptions Small = new(WindowBytes: 64 << 10, Windows: 3, PieceBytes: 8 << 10, Streams: 8, HashedBytes: 64 << 10);

    private static GpuHashDevice Gpu => new(TestDevices.Require(TestDevice.CpuAccelerator), Small);

    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Blake2b)]
    [InlineData(DigestAlgorithm.Blake3)]
    public void Devices_that_share_a_job_do_all_of_it_once(DigestAlgorithm algorithm)
    {
        using TestModel model = new();
        for (int item = 0; item < 60; item++)
        {
            model.Add(item * 137);
        }

        model.AddItem("nowhere", 0, 10, endsFile: true);
        HashJob expected = model.Hash(algorithm, new CpuHashDevice());
        HashJob actual = model.Hash(algorithm, new SharedHashDevice([new CpuHashDevice(), Gpu]));
        Assert.Equal([60], actual.Failures.Keys);
        Assert.DoesNotContain(Enumerable.Range(0, 60), item => !expected.Digest(item).SequenceEqual(actual.Digest(item)));
        Assert.Equal(expected.Progress.BytesDone, actual.Progress.BytesDone);
    }

    [Fact]
    public void A_share_gives_every_item_out_once_and_the_longest_to_whom_it_suits()
    {
        using TestModel model = new();
        for (int item = 0; item < 100; item++)
        {
            model.AddItem("f", 0, item, endsFile: false);
        }

        HashJob job = new(DigestAlgorithm.Sha256, "", model.Items, 1, new HashProgress());
        WorkShare share = new(job, 2);
        List<int> longest = [.. share.Take(0, fromLongest: true, atLeast: 1)];
        List<int> shortest = [.. share.Take(1, fromLongest: false, atLeast: 1)];
        Assert.True(longest.Min() > shortest.Max());
        share.Measured(0, 1_000_000, TimeSpan.FromSeconds(1));
        share.Measured(1, 1_000_000, TimeSpan.FromSeconds(1));
        List<int> rest = [];
        for (IReadOnlyList<int> more = share.Take(0, true, 1); more.Count > 0; more = share.Take(0, true, 1))
        {
            rest.AddRange(more);
        }

        Assert.Equal(Enumerable.Range(0, 100), longest.Concat(shortest).Concat(rest).Order());
    }

    [Fact]
    public void A_device_that_would_end_after_the_others_takes_nothing()
    {
        using TestModel model = new();
        for (int item = 0; item < 100; item++)
        {
            model.AddItem("f", 0, 1000, endsFile: false);
        }

        WorkShare share = new(new HashJob(DigestAlgorithm.Sha256, "", model.Items, 1, new HashProgress()), 2);
        share.Measured(0, 1_000_000, TimeSpan.FromSeconds(1));
        share.Measured(1, 1, TimeSpan.FromSeconds(1));
        Assert.Empty(share.Take(1, fromLongest: false, atLeast: 1));
        Assert.NotEmpty(share.Take(0, fromLongest: true, atLeast: 1));
    }

    [Fact]
    public void A_device_that_fails_ends_the_whole_job_and_nothing_is_signed()
    {
        using TemporaryFolder folder = new();
        for (int file = 0; file < 20; file++)
        {
            folder.Write($"model/{file}", new byte[1000 * file]);
        }

        using EcPrivateKey key = EcPrivateKey.Generate(EcCurve.P256);
        foreach (IHashDevice device in new IHashDevice[] { new LostDevice(), new LateDevice(), new SharedHashDevice([new PatientDevice(), new LostDevice()]) })
        {
            ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Sign(folder["model"], key, device));
            Assert.Equal(GpuErrors.HashDeviceLost, refusal.Definition);
            Assert.False(File.Exists(folder["model/model.sig"]));
        }
    }

    [Fact]
    public void Automatic_takes_the_processor_for_a_small_job_without_looking_for_gpus()
    {
        using TestModel model = new();
        model.Add(5000);
        HashJob job = model.Hash(DigestAlgorithm.Blake3, new AutomaticHashDevice(new CpuHashDevice(), () => throw new InvalidOperationException("looked")));
        Assert.Empty(job.Failures);
    }

    [Fact]
    public void Automatic_computes_the_same_digests_whatever_it_chooses()
    {
        using TestModel model = new();
        for (int item = 0; item < 20; item++)
        {
            model.Add(item * 700);
        }

        HashJob expected = model.Hash(DigestAlgorithm.Blake3, new CpuHashDevice());
        bool looked = false;
        AutomaticHashDevice device = new(new CpuHashDevice(), () =>
        {
            looked = true;
            return [Gpu, Gpu];
        })
        { SmallestJob = 0, ShortestTime = TimeSpan.Zero };
        HashJob actual = model.Hash(DigestAlgorithm.Blake3, device);
        Assert.True(looked);
        Assert.DoesNotContain(Enumerable.Range(0, 20), item => !expected.Digest(item).SequenceEqual(actual.Digest(item)));
        Assert.Equal(actual.Progress.BytesTotal, actual.Progress.BytesDone);
    }

    [Fact]
    public void Automatic_does_not_wait_for_a_gpu_that_needs_longer_for_its_sample_than_the_processor()
    {
        using TestModel model = new();
        model.Add(100_000);
        HashJob expected = model.Hash(DigestAlgorithm.Sha256, new CpuHashDevice());
        EndlessDevice gpu = new();
        HashJob actual = model.Hash(
            DigestAlgorithm.Sha256, new AutomaticHashDevice(new CpuHashDevice(), () => [gpu]) { SmallestJob = 0, ShortestTime = TimeSpan.Zero }, TestContext.Current.CancellationToken);
        Assert.True(gpu.WasStopped);
        Assert.True(expected.Digest(0).SequenceEqual(actual.Digest(0)));
    }

    // The table of docs/performance.md: each row is done before a GPU would have been of use.
    [Theory]
    [InlineData(DigestAlgorithm.Sha256, 1, 4L << 30)]
    [InlineData(DigestAlgorithm.Blake3, 1, 4L << 30)]
    [InlineData(DigestAlgorithm.Sha256, 64, 64L << 20)]
    [InlineData(DigestAlgorithm.Blake2b, 64, 64L << 20)]
    [InlineData(DigestAlgorithm.Sha256, 20_000, 16L << 10)]
    [InlineData(DigestAlgorithm.Sha256, 100_000, 4L << 10)]
    public void Automatic_takes_the_processor_for_every_row_of_the_table(DigestAlgorithm algorithm, int files, long length)
    {
        HashItem[] items = [.. Enumerable.Range(0, files).Select(_ => new HashItem("never read", 0, length, EndsFile: false))];
        HashJob job = new(algorithm, "", items, 2, new HashProgress());
        new AutomaticHashDevice(new InstantDevice(), () => throw new InvalidOperationException("looked")).Hash(job, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(Enumerable.Range(0, files), job.IsPending);
    }

    [Theory]
    [MemberData(nameof(TestDevices.All), MemberType = typeof(TestDevices))]
    public void What_is_signed_on_one_device_verifies_on_every_other(TestDevice signing)
    {
        using TemporaryFolder folder = new();
        folder.Write("model/weights", [.. Enumerable.Range(0, 40_000).Select(i => (byte)i)]);
        folder.Write("model/config.json", "{}");
        using EcPrivateKey key = EcPrivateKey.Generate(EcCurve.P256);
        Sign(folder["model"], key, new GpuHashDevice(TestDevices.Require(signing), Small));
        foreach (IHashDevice verifying in new IHashDevice[] { new CpuHashDevice(), Gpu })
        {
            Assert.True(Verify(folder["model"], key, verifying));
        }

        folder.Write("model/config.json", "[]");
        Assert.False(Verify(folder["model"], key, Gpu));
    }

    private static void Sign(string model, EcPrivateKey key, IHashDevice device) => ModelSigner.Sign(
        new SigningRequest { ModelPath = model, CurrentDirectory = model, Signer = new KeySigner(key), HashType = DigestAlgorithm.Blake3, Hashing = new HashSettings { Device = device } },
        TestContext.Current.CancellationToken);

    private static bool Verify(string model, EcPrivateKey key, IHashDevice device) => ModelVerifier.Verify(
        new VerificationRequest { ModelPath = model, CurrentDirectory = model, Verifier = new KeyVerifier([key.PublicKey]), Hashing = new HashSettings { Device = device } },
        TestContext.Current.CancellationToken).IsValid;

    // Works until it is told to stop, so that its neighbour certainly gets something to do.
    private sealed class PatientDevice : IHashDevice
    {
        public void Hash(HashJob job, CancellationToken cancellationToken)
        {
            cancellationToken.WaitHandle.WaitOne();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    // Compiles, and is never done with more than that.
    private sealed class EndlessDevice : IHashDevice
    {
        private bool _isWarm;

        public bool WasStopped { get; private set; }

        public void Hash(HashJob job, CancellationToken cancellationToken)
        {
            if (!_isWarm)
            {
                _isWarm = true;
                new CpuHashDevice().Hash(job, cancellationToken);
                return;
            }

            cancellationToken.WaitHandle.WaitOne();
            WasStopped = true;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private sealed class InstantDevice : IHashDevice
    {
        public void Hash(HashJob job, CancellationToken cancellationToken)
        {
            byte[] digest = new byte[job.DigestLength];
            for (int item = 0; item < job.Items.Count; item++)
            {
                job.Complete(item, digest);
            }
        }
    }

    // Has given every digest when it fails.
    private sealed class LateDevice : IHashDevice
    {
        public void Hash(HashJob job, CancellationToken cancellationToken)
        {
            new CpuHashDevice().Hash(job, cancellationToken);
            throw GpuErrors.HashDeviceLost.At("It is gone.");
        }
    }

    private sealed class LostDevice : IHashDevice
    {
        public void Hash(HashJob job, CancellationToken cancellationToken) => throw GpuErrors.HashDeviceLost.At("It is gone.");
    }
}
