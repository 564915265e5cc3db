namespace ModelSigning.Gpu.Pipeline;

/// <summary>A BLAKE3 tree, or a complete subtree of one.</summary>
/// <param name="Leaves">How many nodes it starts from; at least 1.</param>
/// <param name="IsWhole">Whether its root is the digest, rather than a node of a larger tree.</param>
internal readonly record struct Tree(int Leaves, bool IsWhole);
