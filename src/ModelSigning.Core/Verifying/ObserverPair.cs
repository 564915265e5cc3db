using ModelSigning.Core.Hashing;

namespace ModelSigning.Core.Verifying;

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
