namespace ModelSigning.Core.Hashing.Streams;

/// <summary>Hashes one stream after another, each by appending its bytes in order.</summary>
internal abstract class StreamHasher : IDisposable
{
    /// <summary>Takes the stream's next bytes.</summary>
    public abstract void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Writes the stream's digest and begins the next stream.</summary>
    /// <param name="digest">Exactly the algorithm's digest length.</param>
    public abstract void Finish(Span<byte> digest);

    public virtual void Dispose()
    {
    }

    /// <summary>The fastest hasher of a single stream that this machine has.</summary>
    public static StreamHasher Create(DigestAlgorithm algorithm) => algorithm.Describe().OneStream();
}
