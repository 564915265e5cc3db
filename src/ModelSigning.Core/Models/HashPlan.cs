using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Tracing;

namespace ModelSigning.Core.Models;

/// <summary>The resources that files make (OMS v1.0, 6.3), each with the range that has to be hashed for it.</summary>
internal sealed class HashPlan
{
    /// <summary>The most resources of a model: ten million, far beyond what a bundle holds.</summary>
    public const int MaximumResources = 10_000_000;

    private HashPlan(IReadOnlyList<string> names, IReadOnlyList<HashItem> items) => (Names, Items) = (names, items);

    /// <summary>The resources' names, sorted.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What is to be hashed for the name at the same place.</summary>
    public IReadOnlyList<HashItem> Items { get; }

    /// <summary>Plans the resources of sorted files.</summary>
    /// <param name="files">The files, sorted by name.</param>
    /// <param name="shardSize">The shards' length in bytes; null for whole files.</param>
    /// <exception cref="ModelSigningException"><see cref="ModelErrors.TooManyResources"/>.</exception>
    public static HashPlan For(IReadOnlyList<ModelFile> files, long? shardSize)
    {
        int count = Count(files, shardSize);
        if (shardSize is not { } size)
        {
            // A file is a resource, so nothing is kept of a million of them but the list of files.
            return new(new DerivedList<ModelFile, string>(files, file => file.Name), new DerivedList<ModelFile, HashItem>(files, WholeFile));
        }

        string[] names = new string[count];
        HashItem[] items = new HashItem[count];
        int at = 0;
        foreach (ModelFile file in files)
        {
            // An empty file has no shard.
            for (long start = 0; start < file.Length; start += size)
            {
                long end = Math.Min(file.Length, start + Math.Min(size, file.Length));
                names[at] = ResourceName.OfShard(file.Name, start, end);
                items[at++] = new(file.Name, start, end - start, EndsFile: end == file.Length);
            }
        }

        // Shards are named by decimal numbers without leading zeros, so that their order by name is not the one by offset.
        Array.Sort(names, items, ResourceNameComparer.Instance);
        return new(names, items);
    }

    /// <summary>A plan of ranges, each named after its file.</summary>
    public static HashPlan OfRanges(HashItem[] items) => new(new DerivedList<HashItem, string>(items, item => item.Name), items);

    /// <summary>The part of a plan whose names are in a sorted list.</summary>
    public HashPlan Only(IReadOnlyList<Resource> listed)
    {
        if (listed.Count == Names.Count && Enumerable.Range(0, listed.Count).All(index => listed[index].Name == Names[index]))
        {
            return this;
        }

        List<string> names = new(listed.Count);
        List<HashItem> items = new(listed.Count);
        for (int at = 0, planned = 0; at < listed.Count && planned < Names.Count;)
        {
            int order = ResourceNameComparer.Instance.Compare(listed[at].Name, Names[planned]);
            if (order == 0)
            {
                names.Add(Names[planned]);
                items.Add(Items[planned]);
            }

            at += order <= 0 ? 1 : 0;
            planned += order >= 0 ? 1 : 0;
        }

        return new(names, items);
    }

    /// <summary>A range of the plan.</summary>
    public HashPlan Part(int start, int end) => end - start == Items.Count ? this
        : new(new DerivedList<string, string>(Names, start, end - start, name => name), new DerivedList<HashItem, HashItem>(Items, start, end - start, item => item));

    /// <summary>The resources of the plan: those that were hashed, and the others by name alone, without a digest.</summary>
    /// <param name="hashed">Resources of a part of the plan, in its order.</param>
    public IReadOnlyList<Resource> With(IReadOnlyList<Resource> hashed)
    {
        if (hashed.Count == Names.Count)
        {
            return hashed;
        }

        Resource[] resources = new Resource[Names.Count];
        for (int index = 0, next = 0; index < resources.Length; index++)
        {
            resources[index] = next < hashed.Count && hashed[next].Name == Names[index] ? hashed[next++] : new(Names[index], default);
        }

        return resources;
    }

    /// <summary>Hashes the plan.</summary>
    /// <param name="algorithm">The digest algorithm.</param>
    /// <param name="content">Opens the files.</param>
    /// <param name="settings">What hashes.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <param name="reused">The digests that are known already, each at the place of its item, which is not read then; null for none.</param>
    /// <returns>The resources, in the plan's order.</returns>
    /// <exception cref="ModelSigningException">A file cannot be read or changed meanwhile, or the device failed.</exception>
    public Resource[] Hash(DigestAlgorithm algorithm, HashSource content, HashSettings settings, CancellationToken cancellationToken, ReadOnlyMemory<byte>?[]? reused = null)
    {
        ReadOnlyMemory<byte>?[]? known = reused ?? (content.HasDigests ? [.. Items.Select(content.DigestOf)] : null);
        IReadOnlyList<HashItem> unread = known is null ? Items : [.. Items.Where((_, index) => known[index] is null)];
        HashJob job = new(algorithm, content, unread, settings.ThreadsFor(content), settings.Progress) { Observer = settings.Observer, Waiting = settings.Waiting, Throttle = settings.Throttle };
        if (settings.Observer is { } observer && known is not null)
        {
            // Their bytes were read when the source was listed, or are not read at all; the observer must know that there are some.
            foreach (HashItem item in Items.Where((item, index) => known[index] is not null && item.Length > 0))
            {
                observer.Observe(item.Name, item.Offset + item.Length, null, []);
            }
        }

        Traces.Run(
            "Hash",
            () => [new("model_signing.hash_type", algorithm.Identifier()), new("model_signing.items", Items.Count)],
            () =>
            {
                HashScheduler.Run(job, settings.Device, cancellationToken);
                return job;
            });
        Traces.CountHashed((reused is null ? Items : unread).Sum(item => item.Length), algorithm.Identifier());
        if (job.Failures.Count > 0)
        {
            throw FirstOf(job.Failures);
        }

        content.Check(job, cancellationToken);
        Resource[] resources = new Resource[Items.Count];
        for (int index = 0, hashed = 0; index < resources.Length; index++)
        {
            resources[index] = new(Names[index], known?[index] ?? job.DigestMemory(hashed++));
        }

        return resources;
    }

    // Two sparse files have more bytes than a number can count.
    private static int Count(IReadOnlyList<ModelFile> files, long? shardSize)
    {
        long count = 0;
        foreach (ModelFile file in files)
        {
            long resources = shardSize is { } size ? (file.Length / size) + (file.Length % size > 0 ? 1 : 0) : 1;
            if (resources > MaximumResources - count)
            {
                throw ModelErrors.TooManyResources.At(Invariant($"The model has more than {MaximumResources} resources, which is the limit. It was exceeded at '{file.Name}'."), file.Name);
            }

            count += resources;
        }

        return (int)count;
    }

    private static HashItem WholeFile(ModelFile file) => new(file.Name, 0, file.Length, EndsFile: true);

    private static ModelSigningException FirstOf(IReadOnlyDictionary<int, ModelSigningException> failures)
    {
        ModelSigningException first = failures[failures.Keys.Min()];
        return failures.Count == 1 ? first : first.Definition.At(Invariant($"{first.Message} ({failures.Count - 1} more failed.)"), first.Target, first);
    }
}
