namespace ModelSigning.Core.Models;

/// <summary>A resource whose content is another than the expected one.</summary>
/// <param name="Name">The resource's name.</param>
/// <param name="Expected">The digest that was signed.</param>
/// <param name="Actual">The digest of what is there.</param>
public sealed record MismatchedResource(string Name, ReadOnlyMemory<byte> Expected, ReadOnlyMemory<byte> Actual);

/// <summary>How a model differs from a manifest; every list in <see cref="ResourceNameComparer"/>'s order.</summary>
public sealed record ManifestDifference
{
    /// <summary>Resources that are there and should not be.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>Resources that should be there and are not.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Resources with another content.</summary>
    public IReadOnlyList<MismatchedResource> Mismatched { get; init; } = [];

    /// <summary>Whether there is no difference at all.</summary>
    public bool IsEmpty => Extra.Count == 0 && Missing.Count == 0 && Mismatched.Count == 0;

    /// <summary>Compares two manifests. The models' names, ignored paths and symlink policies play no part.</summary>
    /// <exception cref="Errors.ModelSigningException">
    /// <see cref="ModelErrors.ManifestsNotComparable"/>: their algorithms, methods or shard sizes differ.
    /// </exception>
    public static ManifestDifference Between(Manifest expected, Manifest actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        (Serialization before, Serialization after) = (expected.Serialization, actual.Serialization);
        if (before.HashType != after.HashType || before.ShardSize != after.ShardSize)
        {
            throw ModelErrors.ManifestsNotComparable.At(
                $"'{expected.ModelName}' ({before.Description}) and '{actual.ModelName}' ({after.Description}) use different settings, so their digests cannot be compared.",
                actual.ModelName);
        }

        return Between(expected.Resources, actual.Resources);
    }

    /// <summary>The difference with further names that are there and should not be.</summary>
    internal ManifestDifference WithExtra(IReadOnlyList<string> names)
    {
        string[] all = [.. Extra, .. names];
        Array.Sort(all, ResourceNameComparer.Instance);
        return this with { Extra = all };
    }

    /// <summary>Compares two lists that are sorted by name.</summary>
    internal static ManifestDifference Between(IReadOnlyList<Resource> expected, IReadOnlyList<Resource> actual)
    {
        List<string> extra = [], missing = [];
        List<MismatchedResource> mismatched = [];
        for (int left = 0, right = 0; left < expected.Count || right < actual.Count;)
        {
            int order = left == expected.Count ? 1 : right == actual.Count ? -1
                : ResourceNameComparer.Instance.Compare(expected[left].Name, actual[right].Name);
            if (order == 0 && !expected[left].Digest.Span.SequenceEqual(actual[right].Digest.Span))
            {
                mismatched.Add(new(expected[left].Name, expected[left].Digest, actual[right].Digest));
            }
            else if (order < 0)
            {
                missing.Add(expected[left].Name);
            }
            else if (order > 0)
            {
                extra.Add(actual[right].Name);
            }

            left += order <= 0 ? 1 : 0;
            right += order >= 0 ? 1 : 0;
        }

        return new() { Extra = extra, Missing = missing, Mismatched = mismatched };
    }
}
