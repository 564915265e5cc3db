using System.Runtime.CompilerServices;
using ILGPU;

namespace ModelSigning.Gpu.Kernels;

/// <summary>The part of the BLAKE3 kernels that is written by hand: finding what a thread works on.</summary>
internal static partial class Blake3Kernels
{
    /// <summary>The threads of a group: four warps, and 16 KiB of shared memory for their chunks.</summary>
    public const int GroupSize = 128;

    // The last segment whose first chunk is not after this one. With one segment, no step.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FindSegment(ArrayView<Segment> segments, int count, int chunk)
    {
        // Zero, of a value that differs between threads. ILGPU's analysis of uniform values does not see that the branches below differ, and would
        // declare both the search's exit and what depends on the segment found the same for a whole warp (bra.uni), which PTX leaves undefined.
        int low = Group.IdxX >> 31;
        int high = count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >> 1;
            if (segments[middle].FirstUnit <= chunk)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FindRange(ArrayView<NodeRange> ranges, int count, int group)
    {
        int low = 0;
        int high = count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >> 1;
            if (ranges[middle].FirstGroup <= group)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}
