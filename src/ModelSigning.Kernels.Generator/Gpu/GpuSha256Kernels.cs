using System.Text;
using static ModelSigning.Kernels.Generator.Gpu.Lines;

namespace ModelSigning.Kernels.Generator.Gpu;

/// <summary>The kernel of SHA-256 (FIPS 180-4, sections 4.1.2, 4.2.2, 5.3.3 and 6.2.2) over many streams.</summary>
internal static class GpuSha256Kernels
{
    public static KernelFile File() => new("Sha256Kernel.g.cs", Opening +
        $$"""
        internal static partial class Sha256Kernel
        {
        /// <summary>
        /// One thread hashes one stream's blocks, and the padding where the stream ends; the state between launches lies in <c>states</c>. A block is four
        /// 16-byte loads, so every 32-byte sector that is fetched is used whole, and the next block is loaded before this one's 64 rounds, which
        /// hide its latency even where a multiprocessor has a single warp.
        /// </summary>
        public static void Streams(
            ArrayView<Quad> data, ArrayView<Segment> segments, int segmentCount, ArrayView<Quad> states, ArrayView<Quad> results)
        {
        int index = Grid.IdxX * Group.DimX + Group.IdxX;
        if (index >= segmentCount) return;
        Segment segment = segments[index];
        {{Each(8, i => $"uint h{i} = {Word(Blake3Kernels.InitializationVector[i])};")}}
        if (segment.Before != 0L)
        {
        {{Each(2, k => $"Quad s{k} = states[2L * segment.Target + {k}]; h{4 * k} = s{k}.X; h{4 * k + 1} = s{k}.Y; h{4 * k + 2} = s{k}.Z; h{4 * k + 3} = s{k}.W;")}}
        }
        long position = segment.Start;
        int blocks = (int)((segment.Length + (segment.IsLast != 0 ? 72L : 0L)) / 64L);
        ulong bits = 8UL * (ulong)(segment.Before + segment.Length);
        Quad q0 = default, q1 = default, q2 = default, q3 = default;
        if (blocks > 0)
        {
        long left = segment.Length;
        bool ends = blocks == 1;
        {{Load()}}
        }
        for (int block = 1; block <= blocks; block++)
        {
        {{Each(16, i => $"uint w{i} = ReverseBytes(q{i / 4}.{"XYZW"[i % 4]});")}}
        position += 4;
        if (block < blocks)
        {
        long left = segment.Length - 64L * block;
        bool ends = block == blocks - 1;
        {{Load()}}
        }
        uint a = h0, b = h1, c = h2, d = h3, e = h4, f = h5, g = h6, h = h7, t;
        {{Rounds()}}
        h0 += a; h1 += b; h2 += c; h3 += d; h4 += e; h5 += f; h6 += g; h7 += h;
        }
        ArrayView<Quad> destination = segment.IsLast != 0 ? results : states;
        long slot = segment.IsLast != 0 ? 2L * index : 2L * segment.Target;
        destination[slot] = Quad.Of(h0, h1, h2, h3);
        destination[slot + 1] = Quad.Of(h4, h5, h6, h7);
        }
        }

        """);

    // Section 5.1.1: a one bit, zeros, and the length in bits. Only a stream's last part is not whole blocks.
    private static string Load() =>
        $$"""
        if (left >= 64L)
        {
        {{Each(4, k => $"q{k} = data[position + {k}];")}}
        }
        else
        {
        {{Each(4, k => $"q{k} = default; if (left > {16 * k}L) q{k} = data[position + {k}]; q{k} = Mark(Cut(q{k}, (int)left - {16 * k}), (int)left - {16 * k});")}}
        if (ends && segment.IsLast != 0) q3 = Quad.Of(q3.X, q3.Y, ReverseBytes((uint)(bits >> 32)), ReverseBytes((uint)bits));
        }
        """;

    // BLAKE3's initialization vector is SHA-256's initial state.
    private static string Rounds()
    {
        StringBuilder text = new();
        string[] n = ["a", "b", "c", "d", "e", "f", "g", "h"];
        for (int r = 0; r < 64; r++)
        {
            string w = $"w{r % 16}";
            if (r >= 16)
            {
                string x = $"w{(r - 15) % 16}", y = $"w{(r - 2) % 16}";
                text.Append($"{w} = {w} + w{(r - 7) % 16} + (RotateRight({x}, 7) ^ RotateRight({x}, 18) ^ ({x} >> 3)) + (RotateRight({y}, 17) ^ RotateRight({y}, 19) ^ ({y} >> 10));\n");
            }

            text.Append($"t = {n[7]} + {w} + {Word(Sha256Kernels.Constants[r])} + (RotateRight({n[4]}, 6) ^ RotateRight({n[4]}, 11) ^ RotateRight({n[4]}, 25)) + ((({n[5]} ^ {n[6]}) & {n[4]}) ^ {n[6]});\n");
            text.Append($"{n[3]} += t; {n[7]} = t + (RotateRight({n[0]}, 2) ^ RotateRight({n[0]}, 13) ^ RotateRight({n[0]}, 22)) + (({n[0]} & {n[1]}) | (({n[0]} | {n[1]}) & {n[2]}));\n");
            n = [n[7], .. n[..7]];
        }

        return text.ToString();
    }
}
