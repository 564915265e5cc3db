using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.OpenCL;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Kernels;
using ModelSigning.Gpu.Pipeline;

namespace ModelSigning.Gpu.Tests;

public class FailureTests
{
    private static readonly PipelineOptions Small = new(WindowBytes: 32 << 10, Windows: 3, PieceBytes: 4 << 10, Streams: 4, HashedBytes: 32 << 10);

    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Blake3)]
    public void Files_that_changed_are_named_and_leave_the_others_alone(DigestAlgorithm algorithm)
    {
        using TestModel model = new();
        model.Add(50_000);
        model.AddItem("0-50000", 0, 50_001, endsFile: true);
        model.AddItem("0-50000", 0, 49_999, endsFile: true);
        model.AddItem("nowhere", 0, 20_000, endsFile: true);
        model.AddItem("0-50000", 1000, 3000, endsFile: false);
        model.Add(0);

        HashJob expected = model.Hash(algorithm, new CpuHashDevice());
        HashJob actual = model.Hash(algorithm, new GpuHashDevice(TestDevices.Require(TestDevice.CpuAccelerator), Small));

        Assert.Equal(
            [(1, HashingErrors.FileShrank), (2, HashingErrors.FileGrew), (3, HashingErrors.FileVanished)],
            actual.Failures.Select(failure => (failure.Key, failure.Value.Definition)).OrderBy(failure => failure.Key));
        foreach (int item in new[] { 0, 4, 5 })
        {
            Assert.True(expected.Digest(item).SequenceEqual(actual.Digest(item)));
        }
    }

    [Fact]
    public void A_cancelled_job_ends_so()
    {
        using TestModel model = new();
        model.Add(100_000);
        Assert.ThrowsAny<OperationCanceledException>(() =>
            model.Hash(DigestAlgorithm.Sha256, new GpuHashDevice(TestDevices.Require(TestDevice.CpuAccelerator), Small), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_read_that_never_returns_does_not_hold_a_cancelled_job()
    {
        using CancellationTokenSource stop = new();
        HungSource source = new(stop);
        HashJob job = new(DigestAlgorithm.Sha256, "", [new HashItem("hung", 0, 100, EndsFile: true)], 1, new HashProgress());
        Assert.ThrowsAny<OperationCanceledException>(() =>
            HashPipeline.Run(TestDevices.Require(TestDevice.CpuAccelerator), job, () => source, Small, stop.Token));
        Assert.Equal(1, source.Stops);
        Assert.True(job.IsPending(0));
    }

    [Fact]
    public void A_device_that_cannot_run_the_kernels_refuses_them_by_name()
    {
        // ILGPU's smallest CPU device runs groups of 16 threads, and BLAKE3's have 128.
        using Context context = Context.Create(builder => builder.CPU(CPUDevice.Default).EnableWords());
        using GpuDevice device = GpuDevice.Open(context, context.Devices[0], "small");
        using TestModel model = new();
        model.Add(100);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => model.Hash(DigestAlgorithm.Blake3, new GpuHashDevice(device, Small)));
        Assert.Equal(GpuErrors.HashKernelRefused, refusal.Definition);
        Assert.Equal("small", refusal.Target);
    }

    [Fact]
    public void A_device_that_is_gone_is_a_lost_device_and_is_not_used_again()
    {
        using Context context = Context.Create(builder => builder.CPU(new CPUDevice(32, 4, 1)).EnableWords());
        using GpuDevice device = GpuDevice.Open(context, context.Devices[0], "gone");
        device.Accelerator.Dispose();
        using TestModel model = new();
        model.Add(100);
        List<GpuDevice> failed = [];
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => model.Hash(DigestAlgorithm.Sha256, new GpuHashDevice(device, failed.Add)));
        Assert.Equal(GpuErrors.HashDeviceLost, refusal.Definition);
        Assert.Equal([device], failed);
    }

    [Theory]
    [InlineData(CLError.CL_OUT_OF_RESOURCES, "HashDeviceOutOfMemory")]
    [InlineData(CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE, "HashDeviceOutOfMemory")]
    [InlineData(CLError.CL_BUILD_PROGRAM_FAILURE, "HashKernelRefused")]
    [InlineData(CLError.CL_DEVICE_NOT_AVAILABLE, "HashDeviceLost")]
    public void What_a_driver_reports_becomes_a_named_error(CLError error, string id)
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => DeviceFaults.Guard("d", () => throw new CLException(error)));
        Assert.Equal(id, refusal.Definition.Id);
        Assert.Contains(error.ToString(), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_memory_than_a_device_has_is_out_of_memory()
    {
        GpuDevice device = TestDevices.Require(TestDevice.OpenCl);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() =>
            device.Guard(() => device.Accelerator.Allocate1D<Quad>(1L << 46).Dispose()));
        Assert.Equal(GpuErrors.HashDeviceOutOfMemory, refusal.Definition);
    }

    [Theory]
    [InlineData(CLError.CL_OUT_OF_RESOURCES, "HashDeviceOutOfMemory")]
    [InlineData(CLError.CL_INVALID_KERNEL, "HashKernelRefused")]
    [InlineData(CLError.CL_DEVICE_NOT_AVAILABLE, "HashDeviceLost")]
    public void A_device_that_fails_in_mid_hash_ends_the_job_by_name_without_a_digest_of_what_it_had_begun(CLError error, string id)
    {
        FailingSource source = new(error);
        HashJob job = new(DigestAlgorithm.Blake3, "", [new HashItem("w", 0, 200_000, EndsFile: true)], 1, new HashProgress());
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() =>
            HashPipeline.Run(TestDevices.Require(TestDevice.CpuAccelerator), job, () => source, Small, TestContext.Current.CancellationToken));
        Assert.Equal(id, refusal.Definition.Id);
        Assert.Equal(0, source.WindowsLeft);
        Assert.InRange(job.Progress.BytesDone, 1, 199_999);
        Assert.True(job.IsPending(0));
    }

    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Blake3)]
    public void More_long_files_than_may_be_open_are_all_read(DigestAlgorithm algorithm)
    {
        using TestModel model = new();
        for (int file = 0; file < 300; file++)
        {
            model.Add(9000 + file);
        }

        PipelineOptions streams = Small with { WindowBytes = 1 << 20, Streams = 300 };
        HashJob expected = model.Hash(algorithm, new CpuHashDevice());
        HashJob actual = model.Hash(algorithm, new GpuHashDevice(TestDevices.Require(TestDevice.CpuAccelerator), streams));
        Assert.Empty(actual.Failures);
        Assert.DoesNotContain(Enumerable.Range(0, 300), item => !expected.Digest(item).SequenceEqual(actual.Digest(item)));
    }

    // Brings four windows to the device, which then fails.
    private sealed class FailingSource(CLError error) : IPieceSource
    {
        public int WindowsLeft { get; private set; } = 4;

        public CancellationToken Stopped => CancellationToken.None;

        public MemoryBuffer? Direct(int item, long offset, int length, out long start)
        {
            start = 0;
            return null;
        }

        public void Start(Window window)
        {
            window.BeginReading();
            for (int piece = 0; piece < window.Pieces.Count; piece++)
            {
                window.PieceRead();
            }
        }

        public void EnqueueCopy(Window window)
        {
            if (WindowsLeft == 0)
            {
                throw new CLException(error);
            }

            WindowsLeft--;
            window.EnqueueUpload(0, window.Taken);
        }

        public void ThrowIfFaulted()
        {
        }

        public bool TryStop() => true;
    }

    // Never reads anything, and is cancelled the moment it should; as a thread in a read from a dead network drive it cannot be stopped.
    private sealed class HungSource(CancellationTokenSource stop) : IPieceSource
    {
        public int Stops { get; private set; }

        public CancellationToken Stopped => stop.Token;

        public MemoryBuffer? Direct(int item, long offset, int length, out long start)
        {
            start = 0;
            return null;
        }

        public void Start(Window window)
        {
            window.BeginReading();
            stop.Cancel();
        }

        public void EnqueueCopy(Window window) => Assert.Fail("Nothing was read.");

        public void ThrowIfFaulted()
        {
        }

        public bool TryStop()
        {
            Stops++;
            return false;
        }
    }
}
