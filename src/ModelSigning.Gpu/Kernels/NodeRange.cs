using System.Runtime.InteropServices;

namespace ModelSigning.Gpu.Kernels;

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
