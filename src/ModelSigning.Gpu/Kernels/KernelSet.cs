using ILGPU;
using ILGPU.Runtime;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Gpu.Kernels;

using BlockLauncher = Action<AcceleratorStream, KernelConfig, ArrayView<Quad>, ArrayView<Segment>, int, ArrayView<Quad>, ArrayView<Quad>>;
using ChunkLauncher = Action<AcceleratorStream, KernelConfig, ArrayView<Quad>, ArrayView<Segment>, int, int, ArrayView<Quad>>;
using ParentLauncher = Action<AcceleratorStream, KernelConfig, ArrayView<Quad>, ArrayView<NodeRange>, int, ArrayView<Quad>>;
using StreamKernel = Action<ArrayView<Quad>, ArrayView<Segment>, int, ArrayView<Quad>, ArrayView<Quad>>;

/// <summary>
/// The kernels as one device has compiled them, each when it is first used (20 to 640 ms). Not safe for several threads: a device works for
/// one at a time.
/// </summary>
internal sealed class KernelSet(Accelerator accelerator)
{
    // Every algorithm that is not a tree.
    private static readonly Dictionary<DigestAlgorithm, StreamKernel> StreamKernels = new()
    {
        [DigestAlgorithm.Sha256] = Sha256Kernel.Streams,
        [DigestAlgorithm.Blake2b] = Blake2bKernel.Streams,
    };

    private readonly Dictionary<DigestAlgorithm, BlockLauncher> _streams = [];
    private ChunkLauncher? _chunks;
    private ParentLauncher? _parents;

    /// <summary>BLAKE3: segments to the chaining values of their chunks.</summary>
    public void Chunks(AcceleratorStream stream, ArrayView<Quad> data, ArrayView<Segment> segments, int chunks, ArrayView<Quad> nodes)
    {
        _chunks ??= accelerator.LoadKernel<ArrayView<Quad>, ArrayView<Segment>, int, int, ArrayView<Quad>>(Blake3Kernels.Chunks);
        int groups = (chunks + Blake3Kernels.GroupSize - 1) / Blake3Kernels.GroupSize;
        _chunks(stream, new KernelConfig(groups, Blake3Kernels.GroupSize), data, segments, (int)segments.Length, chunks, nodes);
    }

    /// <summary>BLAKE3: ranges of nodes to their parents, up to eight levels higher.</summary>
    public void Parents(AcceleratorStream stream, ArrayView<Quad> source, ArrayView<NodeRange> ranges, int groups, ArrayView<Quad> target)
    {
        _parents ??= accelerator.LoadKernel<ArrayView<Quad>, ArrayView<NodeRange>, int, ArrayView<Quad>>(Blake3Kernels.Parents);
        _parents(stream, new KernelConfig(groups, Blake3Kernels.GroupSize), source, ranges, (int)ranges.Length, target);
    }

    /// <summary>SHA-256 and BLAKE2b: segments to states, or to results where they are their streams' last.</summary>
    public void Streams(
        DigestAlgorithm algorithm, AcceleratorStream stream, ArrayView<Quad> data, ArrayView<Segment> segments, ArrayView<Quad> states, ArrayView<Quad> results)
    {
        if (!_streams.TryGetValue(algorithm, out BlockLauncher? launcher))
        {
            launcher = accelerator.LoadKernel(StreamKernels[algorithm]);
            _streams.Add(algorithm, launcher);
        }

        launcher(stream, StreamConfiguration(segments), data, segments, (int)segments.Length, states, results);
    }

    // A single warp a group spreads few streams over all multiprocessors; with many, larger groups are fewer to schedule.
    private KernelConfig StreamConfiguration(ArrayView<Segment> segments)
    {
        int streams = (int)segments.Length;
        int group = streams > accelerator.NumMultiprocessors * Blake3Kernels.GroupSize ? Blake3Kernels.GroupSize : 32;
        group = Math.Min(group, accelerator.MaxNumThreadsPerGroup);
        return new KernelConfig((streams + group - 1) / group, group);
    }
}
