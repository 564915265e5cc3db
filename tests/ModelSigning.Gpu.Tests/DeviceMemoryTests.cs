using ILGPU;
using ILGPU.Runtime;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Measuring;
using ModelSigning.Gpu.Pipeline;
using ModelSigning.Gpu.Resident;

namespace ModelSigning.Gpu.Tests;

public class DeviceMemoryTests
{
    [Theory]
    [MemberData(nameof(GpuHashDeviceTests.DevicesAndAlgorithms), MemberType = typeof(GpuHashDeviceTests))]
    public void Ranges_have_the_digests_of_the_same_bytes_in_files_wherever_they_start(TestDevice device, DigestAlgorithm algorithm)
    {
        GpuDevice gpu = TestDevices.Require(device);
        DeviceMemoryHasher hasher = new(gpu);
        byte[] bytes = new byte[100_000];
        new Random(3).NextBytes(bytes);
        using MemoryBuffer1D<byte, Stride1D.Dense> buffer = gpu.Accelerator.Allocate1D(bytes);

        // In place and at every other misalignment; empty, inside one block, over many chunks, up to the buffer's last byte.
        (int Offset, int Length)[] places = [(0, 0), (0, 100_000), (16, 5000), (8, 5000), (3, 3073), (99_999, 1), (4096, 64), (1, 128), (20_000, 80_000), (20_001, 79_999)];
        using TestModel model = new();
        foreach ((int offset, int length) in places)
        {
            model.Add(bytes.AsSpan(offset, length));
        }

        IReadOnlyList<ReadOnlyMemory<byte>> digests = hasher.Digests(
            algorithm, [.. places.Select(place => DeviceRange.Of("range", buffer.View.AsContiguous(), place.Offset, place.Length))], TestContext.Current.CancellationToken);

        HashJob expected = model.Hash(algorithm, new CpuHashDevice());
        Assert.Equal(Enumerable.Range(0, places.Length).Select(item => Convert.ToHexString(expected.Digest(item))), digests.Select(digest => Convert.ToHexString(digest.Span)));
    }

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(16, 70, true)]
    [InlineData(16, 80, true)]
    [InlineData(96, 4, false)] // the buffer ends within the last 16 bytes
    [InlineData(8, 16, false)] // not at a multiple of 16
    [InlineData(32, 0, false)]
    public void What_lies_in_the_buffer_to_the_end_of_its_last_16_bytes_is_hashed_in_place(int offset, int length, bool direct)
    {
        using MemoryBuffer1D<byte, Stride1D.Dense> buffer = TestDevices.Require(TestDevice.CpuAccelerator).Accelerator.Allocate1D<byte>(100);
        DeviceSource source = new([DeviceRange.Of("w", buffer.View.AsContiguous(), offset, length)], TestContext.Current.CancellationToken);
        Assert.Equal(direct, source.Direct(0, 0, length, out long start) is not null);
        Assert.Equal(direct ? offset / 16 : 0, direct ? start : 0);
    }

    [Fact]
    public void Resident_streams_are_hashed_in_parts_that_are_longer_than_telling_of_them_takes()
    {
        PipelineOptions options = PipelineOptions.ForResident(TestDevices.Require(TestDevice.CpuAccelerator).Accelerator, DigestAlgorithm.Sha256);
        Assert.True(options.HashedBytes / options.Streams >= 256 << 10);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(null, 7)]
    public void A_workload_has_streams_of_whole_quads_that_are_no_more_than_its_bytes(int? streams, int count)
    {
        IReadOnlyList<long> lengths = new DeviceWorkload(streams).Lengths(256 << 20);
        Assert.Equal(count, lengths.Count);
        Assert.All(lengths, length => Assert.Equal(0, length % 16));
        Assert.InRange(lengths.Sum(), (256 << 20) - (16 * 7), 256 << 20);
    }

    [Theory]
    [InlineData(0, 101)]
    [InlineData(100, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, -1)]
    [InlineData(1, long.MaxValue)]
    [InlineData(long.MaxValue, 1)]
    public void A_range_outside_its_buffer_is_refused(long offset, long length)
    {
        using MemoryBuffer1D<byte, Stride1D.Dense> buffer = TestDevices.Require(TestDevice.CpuAccelerator).Accelerator.Allocate1D<byte>(100);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => DeviceRange.Of("w", buffer.View.AsContiguous(), offset, length));
        Assert.Equal(GpuErrors.DeviceRangeOutside, refusal.Definition);
        Assert.Equal("w", refusal.Target);
    }

    [Fact]
    public void A_range_of_another_device_is_refused()
    {
        DeviceMemoryHasher cpu = new(TestDevices.Require(TestDevice.CpuAccelerator));
        using MemoryBuffer1D<byte, Stride1D.Dense> buffer = TestDevices.Require(TestDevice.OpenCl).Accelerator.Allocate1D<byte>(100);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() =>
            cpu.Digests(DigestAlgorithm.Blake3, [DeviceRange.Of("w", buffer.View.AsContiguous(), 0, 100)], TestContext.Current.CancellationToken));
        Assert.Equal(GpuErrors.DeviceRangeOutside, refusal.Definition);
    }
}
