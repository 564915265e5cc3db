using ModelSigning.Core.Hashing;

namespace ModelSigning;

/// <summary>What a GPU is not good at: a stream of a digest that is not a tree is hashed by one thread of it, so that it wants thousands of them at once.</summary>
internal static class StreamAdvice
{
    /// <summary>What to do instead.</summary>
    public const string Text = "A file or shard with sha256 or blake2b is one stream, which a GPU hashes far more slowly than the processor: use blake3, or -ShardSize for thousands of streams.";

    private const int ManyStreams = 1000;

    private const long LongBytes = 1L << 30;

    /// <summary>Whether a model is worth the advice: long, and with few streams.</summary>
    /// <param name="algorithm">What it is hashed with.</param>
    /// <param name="streams">Its files and shards.</param>
    /// <param name="bytes">Their length together.</param>
    public static bool IsFor(DigestAlgorithm algorithm, int streams, long bytes) => !algorithm.Describe().IsTree && streams < ManyStreams && bytes >= LongBytes;
}
