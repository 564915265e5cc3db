using System.Text;
using static ModelSigning.Kernels.Generator.Gpu.Lines;

namespace ModelSigning.Kernels.Generator.Gpu;

/// <summary>
/// The two kernels of BLAKE3 (the BLAKE3 paper, section 2): chunks to chaining values, and pairs of chaining values to their parents.
/// </summary>
internal static class GpuBlake3Kernels
{
    public static KernelFile File() => new(
        "Blake3Kernels.g.cs", Opening + "internal static partial class Blake3Kernels\n{\n" + Chunks() + Parents() + "}\n");

    private static string Chunks() =>
        $$"""
        /// <summary>
        /// One thread hashes one chunk of at most 1,024 bytes into its chaining value. A group of 128 threads loads each step's 64 bytes of
        /// its 128 chunks together, four neighbouring threads a chunk, so that global reads are whole 64-byte pieces; the pieces pass through
        /// one of two shared buffers, and the next step's pieces are on their way while this step is computed. A row of 64 bytes has its four
        /// quads exchanged by the row's number, so that neither the stores (four threads a row) nor the loads (a thread a row) meet in a bank.
        /// </summary>
        /// <remarks>
        /// Its conditions, for chunks that are not whole, are the same for the threads of nearly every warp. Compilers that make lanes of a vector out of a group's
        /// threads (PoCL) do not where a condition stands between barriers; that costs there what docs/performance.md says.
        /// </remarks>
        public static void Chunks(
            ArrayView<Quad> data, ArrayView<Segment> segments, int segmentCount, int chunkCount, ArrayView<Quad> nodes)
        {
        ArrayView<Quad> rows = SharedMemory.Allocate<Quad>(2 * 4 * GroupSize);
        ArrayView<long> starts = SharedMemory.Allocate<long>(GroupSize);
        ArrayView<int> lengths = SharedMemory.Allocate<int>(GroupSize);
        int thread = Group.IdxX;
        int chunk = Grid.IdxX * GroupSize + thread;
        bool working = chunk < chunkCount;
        int found = FindSegment(segments, segmentCount, working ? chunk : chunkCount - 1);
        Segment segment = segments[found];
        int inSegment = (working ? chunk : chunkCount - 1) - segment.FirstUnit;
        long remaining = segment.Length - inSegment * 1024L;
        int length = remaining > 1024L ? 1024 : (int)remaining;
        int blocks = length == 0 ? 1 : (length + 63) / 64;
        long counter = segment.Before / 1024L + inSegment;
        uint counterLow = (uint)counter;
        uint counterHigh = (uint)(counter >> 32);
        bool isRoot = segment.IsLast != 0 && segment.Before == 0L && remaining <= 1024L && inSegment == 0;
        starts[thread] = segment.Start + inSegment * 64L;
        lengths[thread] = working ? length : 0;
        Group.Barrier();

        {{Each(4, k =>
            $"""
            int row{k} = {k} * (GroupSize / 4) + (thread >> 2);
            long start{k} = starts[row{k}] + (thread & 3);
            int length{k} = lengths[row{k}] - 16 * (thread & 3);
            int store{k} = 4 * row{k} + ((thread & 3) ^ ((row{k} >> 1) & 3));
            Quad next{k} = default;
            {Load(k, "0")}
            """)}}
        int load = 4 * thread;
        int exchange = (thread >> 1) & 3;
        {{Each(8, i => $"uint h{i} = {Word(Blake3Kernels.InitializationVector[i])};")}}
        uint flags = 1u;
        for (int block = 0; block < 16; block++)
        {
        int buffer = (block & 1) * (4 * GroupSize);
        {{Each(4, k => $"rows[buffer + store{k}] = next{k};")}}
        Group.Barrier();
        int following = block + 1;
        {{Each(4, k => $"next{k} = default; {Load(k, "following")}")}}
        if (working && block < blocks)
        {
        {{LoadMessage("rows", k => $"buffer + load + ({k} ^ exchange)")}}
        uint blockLength = 64u;
        if (block == blocks - 1) { blockLength = (uint)(length - 64 * block); flags |= isRoot ? 10u : 2u; }
        {{Compress("counterLow", "counterHigh", "blockLength", "flags")}}
        {{Each(8, i => $"h{i} = v{i} ^ v{i + 8};")}}
        flags = 0u;
        }
        }
        if (working)
        {
        {{StoreNode("nodes", "2L * (segment.Target + inSegment)")}}
        }
        }

        """;

    private static string Parents() =>
        $$"""
        /// <summary>
        /// One group turns up to 256 neighbouring nodes of one tree into the root of their subtree, eight levels in one launch. On each level
        /// neighbours are paired and an odd last node moves up unchanged, which gives the left-balanced tree of the paper's section 2.1.
        /// </summary>
        public static void Parents(ArrayView<Quad> source, ArrayView<NodeRange> ranges, int rangeCount, ArrayView<Quad> target)
        {
        ArrayView<Quad> nodes = SharedMemory.Allocate<Quad>(2 * GroupSize);
        int thread = Group.IdxX;
        int found = FindRange(ranges, rangeCount, Grid.IdxX);
        NodeRange range = ranges[found];
        int part = Grid.IdxX - range.FirstGroup;
        int count = range.Count - part * (2 * GroupSize);
        if (count > 2 * GroupSize) count = 2 * GroupSize;
        long first = 2L * range.Source + 4L * GroupSize * part;
        bool isRoot = range.IsRoot != 0 && range.Count <= 2 * GroupSize;
        int pairs = count >> 1;
        Quad q0 = default, q1 = default, q2 = default, q3 = default;
        if (thread < pairs)
        {
        {{Each(4, k => $"q{k} = source[first + 4 * thread + {k}];")}}
        }
        else if (thread == pairs && (count & 1) != 0)
        {
        q0 = source[first + 4 * thread]; q1 = source[first + 4 * thread + 1];
        }
        while (true)
        {
        if (thread < pairs)
        {
        {{Each(16, i => $"uint m{i} = q{i / 4}.{"XYZW"[i % 4]};")}}
        {{Each(8, i => $"uint h{i} = {Word(Blake3Kernels.InitializationVector[i])};")}}
        uint flags = isRoot && count == 2 ? 12u : 4u;
        {{Compress("0u", "0u", "64u", "flags")}}
        {{Each(2, k => $"q{k} = Quad.Of({string.Join(", ", Enumerable.Range(4 * k, 4).Select(i => $"v{i} ^ v{i + 8}"))});")}}
        }
        count = (count + 1) >> 1;
        if (count <= 1) break;
        if (thread < count) { nodes[2 * thread] = q0; nodes[2 * thread + 1] = q1; }
        Group.Barrier();
        pairs = count >> 1;
        if (thread < pairs)
        {
        {{Each(4, k => $"q{k} = nodes[4 * thread + {k}];")}}
        }
        else if (thread == pairs && (count & 1) != 0)
        {
        q0 = nodes[4 * thread]; q1 = nodes[4 * thread + 1];
        }
        Group.Barrier();
        }
        if (thread == 0)
        {
        target[2L * (range.Target + part)] = q0;
        target[2L * (range.Target + part) + 1] = q1;
        }
        }

        """;

    // What is after the chunk's last byte may belong to another tensor, or to none.
    private static string Load(int k, string block) =>
        $"if (length{k} > 64 * {block}) next{k} = Cut(data[start{k} + 4 * {block}], length{k} - 64 * {block});";

    private static string LoadMessage(string view, Func<int, string> index) =>
        Each(4, k => $"Quad q{k} = {view}[{index(k)}]; uint m{4 * k} = q{k}.X, m{4 * k + 1} = q{k}.Y, m{4 * k + 2} = q{k}.Z, m{4 * k + 3} = q{k}.W;");

    private static string StoreNode(string view, string index) =>
        $"long node = {index};\n" + Each(2, k => $"{view}[node + {k}] = Quad.Of({string.Join(", ", Enumerable.Range(4 * k, 4).Select(i => "h" + i))});");

    // Section 2.2: seven rounds over sixteen words; the message is permuted by renaming its locals.
    private static string Compress(string counterLow, string counterHigh, string length, string flags)
    {
        StringBuilder text = new();
        text.Append(Each(8, i => $"uint v{i} = h{i};"));
        text.Append(Each(4, i => $"uint v{8 + i} = {Word(Blake3Kernels.InitializationVector[i])};"));
        text.Append($"uint v12 = {counterLow}, v13 = {counterHigh}, v14 = {length}, v15 = {flags};\n");
        foreach (int[] round in Blake3Kernels.Schedule)
        {
            for (int mix = 0; mix < 8; mix++)
            {
                (int a, int b, int c, int d) = Mixing.Positions[mix];
                text.Append(Half(a, b, c, d, round[2 * mix], 16, 12));
                text.Append(Half(a, b, c, d, round[(2 * mix) + 1], 8, 7));
            }
        }

        return text.ToString();
    }

    private static string Half(int a, int b, int c, int d, int m, int first, int second) =>
        $"v{a} = v{a} + v{b} + m{m}; v{d} = RotateRight(v{d} ^ v{a}, {first}); v{c} += v{d}; v{b} = RotateRight(v{b} ^ v{c}, {second});\n";
}
