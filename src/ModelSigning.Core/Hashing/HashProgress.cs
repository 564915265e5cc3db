namespace ModelSigning.Core.Hashing;

/// <summary>
/// How far a hash job is, in bytes. Devices add to it, anyone may read it at any time; nothing is called back, so that a
/// reader costs the hashing threads nothing.
/// </summary>
public sealed class HashProgress
{
    private readonly HashProgress? _whole;
    private long _bytesDone;

    /// <summary>The progress of a job.</summary>
    public HashProgress()
    {
    }

    /// <summary>The progress of a part of a job, which counts for the whole too.</summary>
    /// <param name="whole">The whole job's progress.</param>
    public HashProgress(HashProgress whole) => _whole = whole;

    /// <summary>The bytes that have been hashed.</summary>
    public long BytesDone => Interlocked.Read(ref _bytesDone);

    /// <summary>The bytes that are to be hashed; 0 until the job is planned.</summary>
    public long BytesTotal { get; private set; }

    /// <summary>Says how many bytes are still to come, after those that were read already.</summary>
    /// <param name="lengths">The lengths of what is read from here on.</param>
    internal void Expect(IEnumerable<long> lengths)
    {
        long total = BytesDone;
        foreach (long length in lengths)
        {
            // Sparse files can have more than a number can count.
            total = length <= long.MaxValue - total ? total + length : long.MaxValue;
        }

        BytesTotal = total;
    }

    /// <summary>Adds bytes that were hashed.</summary>
    public void Add(long bytes)
    {
        Interlocked.Add(ref _bytesDone, bytes);
        _whole?.Add(bytes);
    }
}
