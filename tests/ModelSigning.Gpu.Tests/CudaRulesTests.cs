using ILGPU.Runtime;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Pipeline;

namespace ModelSigning.Gpu.Tests;

/// <summary>What is particular to CUDA and can be shown without a CUDA device.</summary>
public class CudaRulesTests
{
    private static readonly PipelineOptions Small = new(WindowBytes: 32 << 10, Windows: 3, PieceBytes: 8 << 10, Streams: 4, HashedBytes: 32 << 10);

    /// <summary>CUDA keeps a current context for each thread; the one of the caller is another library's.</summary>
    [Fact]
    public void The_callers_thread_is_never_bound_to_the_device()
    {
        GpuDevice device = TestDevices.Require(TestDevice.CpuAccelerator);
        int caller = 0;
        Accelerator? left = device.Accelerator;
        WatchingSource source = new();
        Thread thread = new(() =>
        {
            caller = Environment.CurrentManagedThreadId;
            HashJob job = new(DigestAlgorithm.Blake3, "", [new HashItem("w", 0, 100_000, EndsFile: false)], 1, new HashProgress());
            HashPipeline.Run(device, job, () => source, Small, CancellationToken.None);
            left = Accelerator.Current;
        });
        thread.Start();
        thread.Join();
        Assert.Null(left);
        Assert.NotEmpty(source.Threads);
        Assert.DoesNotContain(caller, source.Threads);
    }

    [Fact]
    public void What_is_thrown_on_the_devices_thread_reaches_the_caller_as_it_is()
    {
        InvalidDataException thrown = new("text");
        Assert.Same(thrown, Assert.Throws<InvalidDataException>(() => DeviceThread.Run<bool>(() => throw thrown)));
        Assert.Throws<OperationCanceledException>(() => DeviceThread.Run<bool>(() => throw new OperationCanceledException()));
        (int outer, int inner) = DeviceThread.Run(() => (Environment.CurrentManagedThreadId, DeviceThread.Run(() => Environment.CurrentManagedThreadId)));
        Assert.Equal(outer, inner);
    }

    [Theory]
    [InlineData("CUDA_ERROR_OUT_OF_MEMORY", "Memory")]
    [InlineData("CUDA_ERROR_INVALID_PTX", "Kernel")]
    [InlineData("221", "Kernel")] // no compiler of PTX in the driver
    [InlineData("222", "Kernel")] // the driver is older than the PTX
    [InlineData("CUDA_ERROR_ILLEGAL_ADDRESS", "Process")]
    [InlineData("CUDA_ERROR_LAUNCH_FAILED", "Process")]
    [InlineData("CUDA_ERROR_ECC_UNCORRECTABLE", "Device")]
    [InlineData("999", "Device")]
    public void An_error_of_the_CUDA_driver_says_what_to_do(string error, string fault) => Assert.Equal(fault, DeviceFaults.KindOfCuda(error).ToString());

    [Theory]
    [InlineData("NVIDIA Corporation", "NVIDIA H200", null, true)]
    [InlineData("NVIDIA Corporation", "NVIDIA L4", null, false)]
    [InlineData("The pocl project", "NVIDIA H200", null, false)]
    [InlineData("NVIDIA Corporation", "NVIDIA H200", 7, true)]
    [InlineData("NVIDIA Corporation", "Another name", 7, true)]
    [InlineData("NVIDIA Corporation", "NVIDIA H200", 8, false)] // Of the same name, and kept from CUDA.
    public void A_card_that_CUDA_has_is_not_a_second_device_of_OpenCL(string vendor, string name, int? bus, bool isOfCuda) =>
        Assert.Equal(isOfCuda, DeviceCatalog.IsOfCuda(vendor, name, bus is { } known ? new PciPlace(known, 0) : null, [("NVIDIA H200", new PciPlace(7, 0))]));

    [Fact]
    public void Pieces_that_end_no_item_fill_a_window_to_its_last_byte()
    {
        using Window window = new(TestDevices.Require(TestDevice.CpuAccelerator), Small, new WatchingSource());
        for (int piece = 0; piece < 4; piece++)
        {
            Assert.True(window.TryAdd(0, piece * (8 << 10), 8 << 10, isLast: false, slot: 0));
        }

        Assert.Equal(32 << 10, window.Taken);
        window.Clear();
        Assert.False(window.TryAdd(0, 0, 32 << 10, isLast: true, slot: 0));
    }

    [Fact]
    public void A_device_keeps_its_windows_from_one_job_to_the_next()
    {
        GpuDevice device = TestDevices.Require(TestDevice.CpuAccelerator);
        lock (device.Gate)
        {
            WindowMemory first = WindowMemory.Take(device, 9 << 20);
            first.Keep();
            Assert.Same(first, WindowMemory.Take(device, 9 << 20));
            WindowMemory other = WindowMemory.Take(device, 9 << 20);
            Assert.NotSame(first, other);
            first.Keep();
            other.Dispose();
            WindowMemory larger = WindowMemory.Take(device, 10 << 20);
            Assert.Equal(10 << 20, larger.Bytes);
            WindowMemory anew = WindowMemory.Take(device, 9 << 20);
            Assert.NotSame(first, anew); // replaced by the larger one
            larger.Dispose();
            anew.Dispose();
        }
    }

    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Blake3)]
    public void What_earlier_jobs_left_in_a_window_is_not_hashed(DigestAlgorithm algorithm)
    {
        GpuHashDevice device = new(TestDevices.Require(TestDevice.CpuAccelerator), Small);
        foreach (int seed in new[] { 9000, 77 })
        {
            using TestModel model = new();
            foreach (int length in new[] { seed, 3, 1000, seed + 61 })
            {
                model.Add(length);
            }

            HashJob expected = model.Hash(algorithm, new CpuHashDevice());
            HashJob actual = model.Hash(algorithm, device);
            Assert.All(Enumerable.Range(0, 4), item => Assert.Equal(Convert.ToHexString(expected.Digest(item)), Convert.ToHexString(actual.Digest(item))));
        }
    }

    [Fact]
    public void Files_of_many_and_of_few_pieces_share_what_finishes_them_in_any_order()
    {
        using TestModel model = new();
        foreach (int length in new[] { 9000, 200_000, 16_384, 70_000, 8193, 150_000, 16_385 })
        {
            model.Add(length);
        }

        HashJob expected = model.Hash(DigestAlgorithm.Blake3, new CpuHashDevice());
        HashJob actual = model.Hash(DigestAlgorithm.Blake3, new GpuHashDevice(TestDevices.Require(TestDevice.CpuAccelerator), Small));
        Assert.All(Enumerable.Range(0, 7), item => Assert.Equal(Convert.ToHexString(expected.Digest(item)), Convert.ToHexString(actual.Digest(item))));
    }

    // Zeros, and the threads that bring them to the device.
    private sealed class WatchingSource : IPieceSource
    {
        public HashSet<int> Threads { get; } = [];

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
            Threads.Add(Environment.CurrentManagedThreadId);
            window.EnqueueUpload(0, window.Taken);
        }

        public void ThrowIfFaulted()
        {
        }

        public bool TryStop() => true;
    }
}
