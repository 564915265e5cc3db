using System.Text;
using static ModelSigning.Kernels.Generator.Gpu.Lines;

namespace ModelSigning.Kernels.Generator.Gpu;

/// <summary>The kernel of BLAKE2b-512, unkeyed (RFC 7693, sections 2.6, 2.7, 3.1 and 3.2), over many streams.</summary>
internal static class GpuBlake2bKernels
{
    // RFC 7693, section 2.5: a digest of 64 bytes, no key, fan-out 1, depth 1.
    private const ulong Parameters = 0x01010040;

    public static KernelFile File() => new("Blake2bKernel.g.cs", Opening +
        $$"""
        internal static partial class Blake2bKernel
        {
        /// <summary>
        /// One thread hashes one stream's blocks of 128 bytes; the state between launches lies in <c>states</c>. As with SHA-256, a block is
        /// whole 16-byte loads and the next block is loaded before this one is computed.
        /// </summary>
        public static void Streams(
            ArrayView<Quad> data, ArrayView<Segment> segments, int segmentCount, ArrayView<Quad> states, ArrayView<Quad> results)
        {
        int index = Grid.IdxX * Group.DimX + Group.IdxX;
        if (index >= segmentCount) return;
        Segment segment = segments[index];
        {{Each(8, i => $"ulong h{i} = {LongWord(Blake2bKernels.InitializationVector[i] ^ (i == 0 ? Parameters : 0))};")}}
        if (segment.Before != 0L)
        {
        {{Each(4, k => $"Quad s{k} = states[4L * segment.Target + {k}]; h{2 * k} = Join(s{k}.X, s{k}.Y); h{2 * k + 1} = Join(s{k}.Z, s{k}.W);")}}
        }
        long position = segment.Start;
        int blocks = (int)((segment.Length + 127L) / 128L);
        if (blocks == 0 && segment.IsLast != 0) blocks = 1;
        {{Each(8, k => $"Quad q{k} = default;")}}
        if (blocks > 0)
        {
        long left = segment.Length;
        {{Load()}}
        }
        for (int block = 1; block <= blocks; block++)
        {
        {{Each(8, k => $"ulong m{2 * k} = Join(q{k}.X, q{k}.Y), m{2 * k + 1} = Join(q{k}.Z, q{k}.W);")}}
        position += 8;
        if (block < blocks)
        {
        long left = segment.Length - 128L * block;
        {{Load()}}
        }
        bool final = segment.IsLast != 0 && block == blocks;
        {{Each(8, i => $"ulong v{i} = h{i};")}}
        {{Each(8, i => $"ulong v{8 + i} = {LongWord(Blake2bKernels.InitializationVector[i])};")}}
        v12 ^= (ulong)(segment.Before + (final ? segment.Length : 128L * block));
        if (final) v14 = ~v14;
        {{Rounds()}}
        {{Each(8, i => $"h{i} ^= v{i} ^ v{i + 8};")}}
        }
        ArrayView<Quad> destination = segment.IsLast != 0 ? results : states;
        long slot = segment.IsLast != 0 ? 4L * index : 4L * segment.Target;
        {{Each(4, k => $"destination[slot + {k}] = Quad.Of((uint)h{2 * k}, (uint)(h{2 * k} >> 32), (uint)h{2 * k + 1}, (uint)(h{2 * k + 1} >> 32));")}}
        }
        }

        """);

    // Section 3.3: the last block is filled up with zeros.
    private static string Load() =>
        $$"""
        if (left >= 128L)
        {
        {{Each(8, k => $"q{k} = data[position + {k}];")}}
        }
        else
        {
        {{Each(8, k => $"q{k} = default; if (left > {16 * k}L) q{k} = Cut(data[position + {k}], (int)left - {16 * k});")}}
        }
        """;

    private static string Rounds()
    {
        StringBuilder text = new();
        foreach (int[] round in Blake2bKernels.Schedule)
        {
            for (int mix = 0; mix < 8; mix++)
            {
                (int a, int b, int c, int d) = Mixing.Positions[mix];
                text.Append(
                    $"""
                    v{a} = v{a} + v{b} + m{round[2 * mix]}; v{d} = RotateRight(v{d} ^ v{a}, 32); v{c} += v{d}; v{b} = RotateRight(v{b} ^ v{c}, 24);
                    v{a} = v{a} + v{b} + m{round[(2 * mix) + 1]}; v{d} = RotateRight(v{d} ^ v{a}, 16); v{c} += v{d}; v{b} = RotateRight(v{b} ^ v{c}, 63);

                    """);
            }
        }

        return text.ToString();
    }
}
