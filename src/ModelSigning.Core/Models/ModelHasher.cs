using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Core.Models;

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
