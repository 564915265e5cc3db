using System.Collections.Concurrent;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing.Work;

namespace ModelSigning.Core.Hashing;

/// <summary>One contiguous range of one file, to be hashed as one stream: a whole file, or a shard of it.</summary>
/// <param name="Name">The file, as <see cref="HashJob.Source"/> knows it, with <c>/</c> between its components.</param>
/// <param name="Offset">Where the range starts, in bytes.</param>
/// <param name="Length">How many bytes it has; 0 is an empty file.</param>
/// <param name="EndsFile">
/// Whether the file must end where the range does. The device then reads one byte further, and a file that has grown since it
/// was listed is a <see cref="HashingErrors.FileGrew"/>; one that ends earlier is always a <see cref="HashingErrors.FileShrank"/>.
/// </param>
public readonly record struct HashItem(string Name, long Offset, long Length, bool EndsFile);

/// <summary>
/// What is to be hashed, and the outcome of each item: a digest or an error, set once. Digests lie in one block, so that
/// a million files cost their names and their digests and nothing else.
/// </summary>
public sealed class HashJob
{
    private const byte Pending = 0, Completed = 1, Failed = 2;

    private readonly byte[] _digests;
    private readonly byte[] _outcomes;
    private readonly ConcurrentDictionary<int, ModelSigningException> _failures = new();
    private readonly ConcurrentDictionary<string, FileState> _states = new(StringComparer.Ordinal);

    /// <summary>Makes a job over the files of a folder, whose full path is <paramref name="directory"/>.</summary>
    /// <inheritdoc cref="HashJob(DigestAlgorithm, HashSource, IReadOnlyList{HashItem}, int, HashProgress)"/>
    public HashJob(DigestAlgorithm algorithm, string directory, IReadOnlyList<HashItem> items, int threads, HashProgress progress)
        : this(algorithm, HashSource.Folder(directory), items, threads, progress)
    {
    }

    /// <summary>Makes a job.</summary>
    /// <param name="algorithm">The digest algorithm of every item.</param>
    /// <param name="source">Where the items' bytes come from.</param>
    /// <param name="items">The ranges to hash, in the order in which their digests are wanted.</param>
    /// <param name="threads">How many processor threads may work; at least 1.</param>
    /// <param name="progress">Where the bytes are counted.</param>
    /// <exception cref="ModelSigningException"><see cref="HashingErrors.TooManyBytes"/>.</exception>
    public HashJob(DigestAlgorithm algorithm, HashSource source, IReadOnlyList<HashItem> items, int threads, HashProgress progress)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Algorithm = algorithm;
        Source = source;
        Items = items;
        Threads = threads;
        Progress = progress;
        DigestLength = algorithm.DigestLength();
        _digests = new byte[checked(items.Count * (long)DigestLength)];
        _outcomes = new byte[items.Count];
        long total = 0;
        foreach (HashItem item in items)
        {
            total = item.Length <= long.MaxValue - total ? total + item.Length : throw HashingErrors.TooManyBytes.At(
                Invariant($"The total size of the files exceeds {long.MaxValue} bytes; '{item.Name}' alone has {item.Length}."),
                source.PathOf(item.Name));
        }

        progress.Expect([total]);
    }

    /// <summary>The digest algorithm of every item.</summary>
    public DigestAlgorithm Algorithm { get; }

    /// <summary>Where the items' bytes come from.</summary>
    public HashSource Source { get; }

    /// <summary>The ranges to hash.</summary>
    public IReadOnlyList<HashItem> Items { get; }

    /// <summary>How many processor threads may work.</summary>
    public int Threads { get; }

    /// <summary>Where the bytes are counted.</summary>
    public HashProgress Progress { get; }

    /// <summary>What sees the bytes that are hashed; null for nothing.</summary>
    public IFileObserver? Observer { get; init; }

    /// <summary>
    /// Called again and again by the caller's thread while it waits for the others. Where it is given, the processor hashes a small job on the caller's thread itself: the caller
    /// knows that the reads do not hang, or can leave the thread behind.
    /// </summary>
    public Action? Waiting { get; init; }

    /// <summary>The seats of this job's threads and those of others; the caller's thread has one of them. Null where no other job is under way.</summary>
    internal Throttle? Throttle { get; init; }

    /// <summary>The length of each digest in bytes.</summary>
    public int DigestLength { get; }

    /// <summary>The items that failed, by index; empty when every digest is there.</summary>
    public IReadOnlyDictionary<int, ModelSigningException> Failures => _failures;

    /// <summary>What a file that is opened several times, for its shards or by several threads, was at the first time.</summary>
    /// <param name="name">The file.</param>
    /// <param name="now">What it is now.</param>
    internal FileState FirstState(string name, FileState now) => _states.GetOrAdd(name, now);

    /// <summary>The full path of what is read for an item.</summary>
    public string FullPath(int index) => Source.PathOf(Items[index].Name);

    /// <summary>Whether the item has neither digest nor error yet.</summary>
    public bool IsPending(int index) => Volatile.Read(ref _outcomes[index]) == Pending;

    /// <summary>Gives an item its digest.</summary>
    /// <exception cref="InvalidOperationException">The item has an outcome already.</exception>
    public void Complete(int index, ReadOnlySpan<byte> digest)
    {
        if (digest.Length != DigestLength || !IsPending(index))
        {
            throw new InvalidOperationException("A digest of another length, or a second outcome.");
        }

        digest.CopyTo(_digests.AsSpan(index * DigestLength, DigestLength));
        Volatile.Write(ref _outcomes[index], Completed);
    }

    /// <summary>Gives an item its error; it never has a digest.</summary>
    /// <exception cref="InvalidOperationException">The item has an outcome already.</exception>
    public void Fail(int index, ModelSigningException error)
    {
        if (!IsPending(index) || !_failures.TryAdd(index, error))
        {
            throw new InvalidOperationException("A second outcome.");
        }

        Volatile.Write(ref _outcomes[index], Failed);
    }

    /// <summary>The digest of an item.</summary>
    /// <exception cref="InvalidOperationException">The item has none: it failed, or nobody hashed it.</exception>
    public ReadOnlySpan<byte> Digest(int index) => Volatile.Read(ref _outcomes[index]) == Completed
        ? _digests.AsSpan(index * DigestLength, DigestLength)
        : throw new InvalidOperationException("The item has no digest.");

    /// <summary>The digest of an item, without a copy: it lies among the job's other digests.</summary>
    /// <exception cref="InvalidOperationException">The item has none: it failed, or nobody hashed it.</exception>
    public ReadOnlyMemory<byte> DigestMemory(int index) => _digests.AsMemory(index * DigestLength, Digest(index).Length);
}
