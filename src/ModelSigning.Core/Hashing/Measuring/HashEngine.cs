using ModelSigning.Core.Hashing.Lanes;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Core.Hashing.Streams;
using ModelSigning.Core.Hashing.Trees;
using ModelSigning.Core.Hashing.Work;

namespace ModelSigning.Core.Hashing.Measuring;

/// <summary>One way in which the processor computes an algorithm, alone on one thread, on bytes that lie in its cache.</summary>
internal abstract unsafe class HashEngine(DigestAlgorithm algorithm, string name, bool isDefault) : IDisposable
{
    /// <summary>What one call hashes, in bytes: half of a common second-level cache.</summary>
    public const int Length = 512 * 1024;

    // Lanes have their share of the bytes as far apart as when they hash files; a tree's kernel may read beyond its segment.
    private const int MostLanes = 32, BufferLength = (MostLanes * LaneStream.BufferStride) + Blake3Segment.BufferLength;

    public DigestAlgorithm Algorithm { get; } = algorithm;

    public string Name { get; } = name;

    /// <summary>Whether the module takes it, where it has the choice.</summary>
    public bool IsDefault { get; } = isDefault;

    protected AlignedBuffer Buffer { get; } = new(BufferLength);

    /// <summary>Hashes <see cref="Length"/> bytes.</summary>
    public abstract void Hash();

    public virtual void Dispose() => Buffer.Dispose();

    /// <summary>Every engine that this processor has.</summary>
    public static IEnumerable<HashEngine> All()
    {
        foreach (DigestDescription algorithm in DigestDescription.All.Where(algorithm => !algorithm.IsTree))
        {
            yield return new OneStream(algorithm.Algorithm, isDefault: algorithm.BestLanes is null);
            foreach (LaneEngine lanes in algorithm.Lanes.Reverse().Where(lanes => lanes.IsSupported))
            {
                yield return new ManyStreams(algorithm.Algorithm, lanes.Name, lanes.Rates.Create(), isDefault: lanes == algorithm.BestLanes);
            }
        }

        foreach (Blake3Kernel kernel in Blake3Kernel.All())
        {
            yield return new Tree(kernel);
        }
    }

    private sealed class OneStream(DigestAlgorithm algorithm, bool isDefault) : HashEngine(algorithm, "one stream", isDefault)
    {
        private readonly StreamHasher _hasher = StreamHasher.Create(algorithm);

        public override void Hash() => _hasher.Append(Buffer.Span[..Length]);

        public override void Dispose()
        {
            _hasher.Dispose();
            base.Dispose();
        }
    }

    private sealed class ManyStreams : HashEngine
    {
        private readonly StreamLanes _lanes;
        private readonly AlignedBuffer _blocks = new(4096);

        public ManyStreams(DigestAlgorithm algorithm, string name, StreamLanes lanes, bool isDefault)
            : base(algorithm, name, isDefault)
        {
            _lanes = lanes;
            for (int lane = 0; lane < lanes.Count; lane++)
            {
                lanes.Begin(lane);
                ((byte**)_blocks.Pointer)[lane] = Buffer.Pointer + (lane * LaneStream.BufferStride);
            }
        }

        public override void Hash()
        {
            // A lane's buffer is shorter than its share where there are few lanes: the same bytes again are as good as others.
            int share = Length / _lanes.Count;
            for (int done = 0; done < share; done += LaneStream.ReadLength)
            {
                _lanes.Advance((byte**)_blocks.Pointer, Math.Min(share, LaneStream.ReadLength) / _lanes.BlockLength, _lanes.Count);
            }
        }

        public override void Dispose()
        {
            _lanes.Dispose();
            _blocks.Dispose();
            base.Dispose();
        }
    }

    private sealed class Tree(Blake3Kernel kernel) : HashEngine(DigestAlgorithm.Blake3, kernel.Name, kernel.Name == Blake3Kernel.Best.Name)
    {
        private readonly AlignedBuffer _values = new(Blake3Kernel.ChainingValuesLength * sizeof(uint));

        public override void Hash()
        {
            Span<uint> value = stackalloc uint[Blake3Constants.Words];
            for (int at = 0; at < Length; at += Blake3Segment.Length)
            {
                Blake3Segment.Hash(kernel, Buffer.Pointer + at, Math.Min(Blake3Segment.Length, Length - at), index: 0, isTree: false, (uint*)_values.Pointer, value);
            }
        }

        public override void Dispose()
        {
            _values.Dispose();
            base.Dispose();
        }
    }
}
