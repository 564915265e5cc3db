using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Kernels;

namespace ModelSigning.Gpu.Pipeline;

/// <summary>One launch of SHA-256 or BLAKE2b at a time: its segments and, of the streams that end in it, their digests.</summary>
internal sealed class StreamWork : IDisposable
{
    private readonly GpuDevice _device;
    private readonly DigestAlgorithm _algorithm;
    private readonly PageLockedArray1D<Segment> _segments;
    private readonly MemoryBuffer1D<Segment, Stride1D.Dense> _deviceSegments;
    private readonly PageLockedArray1D<Quad> _results;
    private readonly MemoryBuffer1D<Quad, Stride1D.Dense> _deviceResults;

    public StreamWork(GpuDevice device, DigestAlgorithm algorithm, int segments)
    {
        _device = device;
        _algorithm = algorithm;
        int quads = algorithm.DigestLength() / Quad.Size;
        _segments = device.Accelerator.AllocatePageLocked1D<Segment>(segments);
        _deviceSegments = device.Accelerator.Allocate1D<Segment>(segments);
        _results = device.Accelerator.AllocatePageLocked1D<Quad>((long)segments * quads);
        _deviceResults = device.Accelerator.Allocate1D<Quad>((long)segments * quads);
    }

    /// <summary>Where the launch's segments are written.</summary>
    public Span<Segment> Segments => _segments.Span;

    /// <summary>The states of streams that go on, for as many slots as wanted.</summary>
    public static MemoryBuffer1D<Quad, Stride1D.Dense> AllocateStates(GpuDevice device, DigestAlgorithm algorithm, int slots) =>
        device.Accelerator.Allocate1D<Quad>((long)slots * algorithm.DigestLength() / Quad.Size);

    /// <summary>Hashes some of the segments; the digests are there when the stream has come to rest.</summary>
    /// <param name="stream">The stream of the device.</param>
    /// <param name="data">The data that the segments lie in.</param>
    /// <param name="first">The first segment.</param>
    /// <param name="count">How many segments.</param>
    /// <param name="states">The states of streams that began before or do not end here.</param>
    public void Enqueue(AcceleratorStream stream, ArrayView<Quad> data, int first, int count, ArrayView<Quad> states)
    {
        int quads = _algorithm.DigestLength() / Quad.Size;
        ArrayView<Segment> segments = _deviceSegments.View.AsContiguous().SubView(first, count);
        segments.CopyFromCPUUnsafeAsync(stream, ref _segments.Span[first], count);
        ArrayView<Quad> results = _deviceResults.View.AsContiguous().SubView(first * quads, count * quads);
        _device.Kernels.Streams(_algorithm, stream, data, segments, states, results);
        results.CopyToCPUUnsafeAsync(stream, ref _results.Span[first * quads], count * quads);
    }

    /// <summary>The digest of a segment that was its stream's last.</summary>
    public void Digest(int segment, Span<byte> digest)
    {
        int quads = _algorithm.DigestLength() / Quad.Size;
        MemoryMarshal.AsBytes(_results.Span.Slice(segment * quads, quads)).CopyTo(digest);
        if (_algorithm.Describe().ShortestPadding > 0)
        {
            // FIPS 180-4 writes its words big-endian; devices and hosts of ILGPU are little-endian.
            Span<uint> words = MemoryMarshal.Cast<byte, uint>(digest);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }

    public void Dispose()
    {
        _segments.Dispose();
        _deviceSegments.Dispose();
        _results.Dispose();
        _deviceResults.Dispose();
    }
}
