using System.Runtime.InteropServices;

namespace ModelSigning.Gpu.Kernels;

/// <summary>A stretch of one stream that lies in a launch's data.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Segment
{
    /// <summary>Where it starts in the data, in units of 16 bytes.</summary>
    public long Start;

    /// <summary>
    /// Its length in bytes: of a stretch that is not its stream's last, a multiple of the block (64 bytes; BLAKE2b 128; BLAKE3 1,024).
    /// No kernel reads a unit of 16 bytes that has none of them.
    /// </summary>
    public long Length;

    /// <summary>How many bytes of the stream were before it.</summary>
    public long Before;

    /// <summary>Streams: the slot of the stream's state. BLAKE3: the node of the first chunk's chaining value.</summary>
    public int Target;

    /// <summary>BLAKE3: how many chunks the launch's earlier segments have.</summary>
    public int FirstUnit;

    /// <summary>1 if the stream ends with it, else 0.</summary>
    public int IsLast;

    /// <summary>Nothing; it keeps the size a multiple of 8 bytes for every compiler.</summary>
    public int Unused;
}

/// <summary>Neighbouring nodes of one BLAKE3 tree, which a launch brings up to eight levels nearer to their root.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NodeRange
{
    /// <summary>The first node of the source.</summary>
    public int Source;

    /// <summary>How many nodes there are; at least 1.</summary>
    public int Count;

    /// <summary>The first node of the target.</summary>
    public int Target;

    /// <summary>How many groups of threads the launch's earlier ranges have.</summary>
    public int FirstGroup;

    /// <summary>1 if the nodes are the whole of a tree, whose last parent is its root; 0 if they are a part.</summary>
    public int IsRoot;
}
