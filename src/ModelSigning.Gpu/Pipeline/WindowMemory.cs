using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using ModelSigning.Core.Hashing;
using ModelSigning.Gpu.Devices;
using ModelSigning.Gpu.Kernels;

namespace ModelSigning.Gpu.Pipeline;

/// <summary>
/// What a window needs of the host's and the device's memory. A device keeps it from one job to the next, because locking pages costs more than hashing a
/// model of a few files: as much as its largest job took, as long as it is open.
/// </summary>
internal sealed class WindowMemory : IDisposable
{
    // Guarded by the device's gate, as everything that works on it.
    private static readonly ConditionalWeakTable<GpuDevice, List<WindowMemory>> Kept = [];

    private readonly GpuDevice _device;
    private readonly PageLockedArray1D<Quad> _host;
    private readonly MemoryBuffer1D<Quad, Stride1D.Dense> _data;
    private readonly Dictionary<DigestAlgorithm, StreamWork> _streams = [];
    private TreeWork? _tree;

    private WindowMemory(GpuDevice device, int bytes)
    {
        _device = device;
        Bytes = bytes;
        _host = device.Accelerator.AllocatePageLocked1D<Quad>(bytes / Quad.Size, uninitialized: true);
        _data = device.Accelerator.Allocate1D<Quad>(bytes / Quad.Size);
        Stream = device.Accelerator.CreateStream();
    }

    /// <summary>Its size in bytes, on the host and on the device.</summary>
    public int Bytes { get; }

    /// <summary>The device's stream, in which the window is copied and hashed.</summary>
    public AcceleratorStream Stream { get; }

    /// <summary>The window on the device.</summary>
    public ArrayView<Quad> Data => _data.View.AsContiguous();

    /// <summary>The window on the host.</summary>
    public Span<Quad> Quads => _host.Span;

    /// <summary>Memory of at least this size: kept memory, the smallest that is large enough, or else new memory in the place of kept memory.</summary>
    public static WindowMemory Take(GpuDevice device, int bytes)
    {
        List<WindowMemory> kept = Kept.GetOrCreateValue(device);
        WindowMemory? memory = kept.Where(candidate => candidate.Bytes >= bytes).MinBy(candidate => candidate.Bytes);
        if (memory is not null)
        {
            kept.Remove(memory);
            return memory;
        }

        if (kept.Count > 0)
        {
            kept[^1].Dispose();
            kept.RemoveAt(kept.Count - 1);
        }

        return new WindowMemory(device, bytes);
    }

    /// <summary>Keeps the memory for the device's next job. Its stream is at rest.</summary>
    public void Keep() => Kept.GetOrCreateValue(_device).Add(this);

    /// <summary>What hashes BLAKE3 in the window's stream.</summary>
    /// <param name="segments">The most segments of a launch.</param>
    /// <param name="chunks">The most chunks of a launch.</param>
    public TreeWork Tree(int segments, int chunks)
    {
        if (_tree is null || _tree.Segments.Length < segments || _tree.Chunks < chunks)
        {
            _tree?.Dispose();
            _tree = null;
            _tree = new TreeWork(_device, segments, chunks);
        }

        return _tree;
    }

    /// <summary>What hashes SHA-256 or BLAKE2b in the window's stream.</summary>
    /// <param name="algorithm">Which of them.</param>
    /// <param name="segments">The most segments of a launch.</param>
    public StreamWork Streams(DigestAlgorithm algorithm, int segments)
    {
        if (!_streams.TryGetValue(algorithm, out StreamWork? work) || work.Segments.Length < segments)
        {
            _streams.Remove(algorithm);
            work?.Dispose();
            work = new StreamWork(_device, algorithm, segments);
            _streams.Add(algorithm, work);
        }

        return work;
    }

    public void Dispose()
    {
        _tree?.Dispose();
        foreach (StreamWork work in _streams.Values)
        {
            work.Dispose();
        }

        Stream.Dispose();
        _host.Dispose();
        _data.Dispose();
    }
}
