using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Work;

namespace ModelSigning.Core.Models;

/// <summary>What hashes a model, and how many threads it may take.</summary>
public sealed record HashSettings
{
    private const int ThreadsOnNetwork = 16;

    /// <summary>The processor's lanes, a GPU, or several devices together.</summary>
    public required IHashDevice Device { get; init; }

    /// <summary>
    /// How many threads read and hash, at least 1; null for one per processor, and for no fewer than 16 where the files lie on a network drive, whose answers a
    /// thread waits for.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>Where the bytes are counted; may be read at any time.</summary>
    public HashProgress Progress { get; init; } = new();

    /// <summary>What sees the bytes that are hashed; null for nothing.</summary>
    public IFileObserver? Observer { get; init; }

    /// <inheritdoc cref="HashJob.Waiting"/>
    public Action? Waiting { get; init; }

    /// <inheritdoc cref="HashJob.Throttle"/>
    internal Throttle? Throttle { get; init; }

    /// <summary>How many threads read and hash files of a source.</summary>
    internal int ThreadsFor(HashSource content) => Threads ?? DefaultThreads(content.IsOnNetwork);

    /// <summary>How many threads read and hash where nobody says it.</summary>
    internal static int DefaultThreads(bool isOnNetwork) => isOnNetwork ? Math.Max(ThreadsOnNetwork, Environment.ProcessorCount) : Environment.ProcessorCount;
}

/// <summary>Makes the manifest of a model, without signing anything.</summary>
public static class ModelHasher
{
    /// <summary>Hashes a model's files.</summary>
    /// <param name="files">The files.</param>
    /// <param name="hashType">The digest algorithm.</param>
    /// <param name="shardSize">The shards' length in bytes, at least 1; null to hash whole files.</param>
    /// <param name="allowSymlinks">What the manifest records of the policy under which the files were found.</param>
    /// <param name="settings">What hashes.</param>
    /// <param name="cancellationToken">Ends the work within 100 ms.</param>
    /// <exception cref="ModelSigningException">
    /// <see cref="ModelErrors.ModelEmpty"/>; one of <see cref="HashingErrors"/> for the first file that could not be read or changed
    /// meanwhile; or the device failed.
    /// </exception>
    public static Manifest Hash(
        ModelFiles files, DigestAlgorithm hashType, long? shardSize, bool allowSymlinks, HashSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(shardSize ?? 1, 1, nameof(shardSize));
        HashPlan plan = HashPlan.For(files.Files, shardSize);
        if (plan.Names.Count == 0)
        {
            throw ModelErrors.ModelEmpty.At(files.Files.Count == 0
                ? $"The model '{files.ModelPath}' has no file to sign: it is empty, or everything in it is ignored."
                : $"All files of the model '{files.ModelPath}' are empty, and shards do not cover empty files.", files.ModelPath);
        }

        Serialization serialization = new()
        {
            HashType = hashType,
            ShardSize = shardSize,
            AllowSymlinks = allowSymlinks,
            IgnorePaths = files.IgnorePaths,
        };
        return new(files.ModelName, serialization, plan.Hash(hashType, files.Content, settings, cancellationToken), out _);
    }
}
