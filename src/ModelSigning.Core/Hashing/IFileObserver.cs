namespace ModelSigning.Core.Hashing;

/// <summary>Sees the bytes of files as they are hashed, whatever device hashes them, so that nothing has to be read a second time and nothing else be read instead.</summary>
public interface IFileObserver
{
    /// <summary>Sees a part of a file. Parts come from several threads and in any order; a part may come twice.</summary>
    /// <param name="name">The file, relative to the model, with <c>/</c> between its components.</param>
    /// <param name="offset">Where the part starts in the file, in bytes.</param>
    /// <param name="length">The file's length in bytes; null where only a part of it is hashed in one piece.</param>
    /// <param name="bytes">The part, which is only valid during the call.</param>
    void Observe(string name, long offset, long? length, ReadOnlySpan<byte> bytes);
}

/// <summary>Lets two observers see the same bytes: the policy's and the caller's.</summary>
internal sealed class ObserverPair(IFileObserver first, IFileObserver? second) : IFileObserver
{
    /// <inheritdoc/>
    public void Observe(string name, long offset, long? length, ReadOnlySpan<byte> bytes)
    {
        first.Observe(name, offset, length, bytes);
        second?.Observe(name, offset, length, bytes);
    }
}
