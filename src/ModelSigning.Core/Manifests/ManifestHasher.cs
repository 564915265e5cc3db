using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Work;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Manifests;

/// <summary>Hashes a part of a model: every worker lists the whole of it, and takes its share without asking the others.</summary>
public static class ManifestHasher
{
    // What opening a file costs, in bytes that could be hashed meanwhile, so that a part of many small files is no larger than others.
    private const long CostOfFile = 64 * 1024;

    private const int RecordsTogether = 4096;

    /// <summary>Hashes one part of a model.</summary>
    /// <param name="files">The files of the whole model.</param>
    /// <param name="serialization">How to hash them; the ignored paths are those of <paramref name="files"/>.</param>
    /// <param name="part">Which part.</param>
    /// <param name="worker">The name of this machine.</param>
    /// <param name="settings">What hashes.</param>
    /// <param name="cancellationToken">Ends the work within 100 ms.</param>
    /// <returns>The part, possibly without a resource where there are more parts than files.</returns>
    /// <exception cref="ModelSigningException">The model is empty, or a file cannot be read or changed meanwhile.</exception>
    public static ManifestFile Hash(
        ModelFiles files, Serialization serialization, ManifestPart part, string worker, HashSettings settings, CancellationToken cancellationToken) =>
        Hash(files, serialization, part, worker, settings, earlier: null, TimeProvider.System, cancellationToken).File;

    /// <summary>Hashes one part of a model, but for the files of an earlier manifest that have not changed since.</summary>
    /// <inheritdoc cref="Hash(ModelFiles, Serialization, ManifestPart, string, HashSettings, CancellationToken)"/>
    /// <param name="files">The files of the whole model.</param>
    /// <param name="serialization">How to hash them; the ignored paths are those of <paramref name="files"/>.</param>
    /// <param name="part">Which part.</param>
    /// <param name="worker">The name of this machine.</param>
    /// <param name="settings">What hashes.</param>
    /// <param name="earlier">What is known of the files, hashed in the same way; null for nothing.</param>
    /// <param name="clock">Tells the time, to know what changed just now.</param>
    /// <param name="cancellationToken">Ends the work within 100 ms.</param>
    /// <returns>The part, and the names of the files that were not hashed, sorted.</returns>
    internal static (ManifestFile File, IReadOnlyList<string> Reused) Hash(
        ModelFiles files, Serialization serialization, ManifestPart part, string worker, HashSettings settings, EarlierManifest? earlier, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(serialization);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part.Number, part.Count, nameof(part));
        serialization = serialization with { IgnorePaths = files.IgnorePaths };
        HashPlan plan = HashPlan.For(files.Files, serialization.ShardSize);
        if (plan.Names.Count == 0)
        {
            throw ModelErrors.ModelEmpty.At($"The model '{files.ModelPath}' has no file to hash.", files.ModelPath);
        }

        DerivedList<HashItem, long> lengths = new(plan.Items, item => item.Length);
        byte[] listing = ManifestFile.ListingOf(serialization, plan.Names, lengths);
        (int start, int end) = Share(lengths, part);
        HashPlan share = plan.Part(start, end);
        FileRecord[] records = Records(files, share, serialization.ShardSize is null, clock.GetUtcNow(), settings, cancellationToken);
        ReadOnlyMemory<byte>?[]? known = earlier?.DigestsOf(share, records);
        Resource[] resources = share.Hash(serialization.HashType, files.Content, settings, cancellationToken, known);
        Manifest manifest = new(files.ModelName, serialization, resources, out _);
        ManifestFile file = new(manifest, new DerivedList<HashItem, long>(share.Items, item => item.Length), listing, part, worker) { Records = records };
        return (file, known is null ? [] : [.. share.Items.Where((_, index) => known[index] is not null).Select(item => item.Name).Distinct(StringComparer.Ordinal)]);
    }

    // Before anything is hashed: what changes from here on has another record afterwards.
    private static FileRecord[] Records(ModelFiles files, HashPlan share, bool isWhole, DateTimeOffset now, HashSettings settings, CancellationToken cancellationToken)
    {
        FileRecord[] records = new FileRecord[files.IsOfStore ? 0 : share.Items.Count];
        int pieces = (records.Length + RecordsTogether - 1) / RecordsTogether, next = -1;
        if (pieces > 1)
        {
            Crew.Run(Math.Min(settings.ThreadsFor(files.Content), pieces), Look, waiting: null, settings.Throttle, cancellationToken);
        }
        else
        {
            Look(cancellationToken);
        }

        return records;

        void Look(CancellationToken token)
        {
            for (int piece; (piece = Interlocked.Increment(ref next)) < pieces;)
            {
                token.ThrowIfCancellationRequested();
                int first = piece * RecordsTogether;
                for (int index = first; index < Math.Min(records.Length, first + RecordsTogether); index++)
                {
                    HashItem item = share.Items[index];
                    records[index] = index > first && item.Name == share.Items[index - 1].Name
                        ? records[index - 1]
                        : FileRecord.Of(Path.Join(files.Location.Directory, item.Name), isWhole ? item.Length : null, now);
                }
            }
        }
    }

    /// <summary>The resources of a part: a range of the sorted list, cut by the work that each makes.</summary>
    internal static (int Start, int End) Share(IReadOnlyList<long> lengths, ManifestPart part)
    {
        Int128 all = lengths.Aggregate(Int128.Zero, (sum, length) => sum + length + CostOfFile);
        int Boundary(int number)
        {
            Int128 before = 0, limit = all * number / part.Count;
            int index = 0;
            while (index < lengths.Count && before < limit)
            {
                before += (Int128)lengths[index++] + CostOfFile;
            }

            return index;
        }

        return (Boundary(part.Number - 1), Boundary(part.Number));
    }

    /// <summary>Reads the parts of one manifest and puts them together.</summary>
    /// <param name="paths">The full paths of the parts, in any order; at least one.</param>
    /// <param name="progress">Where the bytes of the parts that were read are counted.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The whole manifest.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="ManifestFileErrors"/>.</exception>
    internal static ManifestFile JoinFiles(IReadOnlyList<string> paths, HashProgress progress, CancellationToken cancellationToken)
    {
        long[] lengths = [.. paths.Select(path => FileStatus.Of(path).Length)];
        progress.Expect(lengths);
        return Join([.. paths.Select((path, index) =>
        {
            ManifestFile part = ManifestFileReader.Read(path, cancellationToken);
            progress.Add(lengths[index]);
            return (path, part);
        })]);
    }

    /// <summary>Puts the parts of one manifest together.</summary>
    /// <param name="parts">The parts in any order, each with the path that it was read from.</param>
    /// <returns>The whole manifest.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="ManifestFileErrors"/>.</exception>
    public static ManifestFile Join(IReadOnlyList<(string Path, ManifestFile File)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        (string firstPath, ManifestFile first) = parts[0];
        string?[] paths = new string?[first.Part.Count];
        ManifestFile[] ordered = new ManifestFile[first.Part.Count];
        foreach ((string path, ManifestFile file) in parts)
        {
            string? difference = file.Part.Count != first.Part.Count ? "of different numbers of parts"
                : file.Manifest.ModelName != first.Manifest.ModelName ? $"of '{file.Manifest.ModelName}' and '{first.Manifest.ModelName}'"
                : !IsSame(file.Manifest.Serialization, first.Manifest.Serialization) ? $"hashed with different parameters ({file.Manifest.Serialization.Description}; {first.Manifest.Serialization.Description})"
                : !file.Listing.Span.SequenceEqual(first.Listing.Span) ? "of listings with different names or lengths"
                : null;
            if (difference is not null)
            {
                throw ManifestFileErrors.ManifestPartsDiffer.At(
                    $"'{path}' ({file.Part}, hashed on {file.Worker}) and '{firstPath}' ({first.Part}, hashed on {first.Worker}) do not belong together: they are {difference}.", path);
            }

            if (paths[file.Part.Number - 1] is { } other)
            {
                throw ManifestFileErrors.ManifestPartDoubled.At($"'{path}' and '{other}' are both {file.Part}.", path);
            }

            (paths[file.Part.Number - 1], ordered[file.Part.Number - 1]) = (path, file);
        }

        if (Array.FindIndex(paths, path => path is null) is >= 0 and int missing)
        {
            int absent = paths.Count(path => path is null);
            throw ManifestFileErrors.ManifestPartMissing.At(
                absent == 1 ? Invariant($"Part {missing + 1} of {paths.Length} is missing.") : Invariant($"{absent} of {paths.Length} parts are missing; the first is part {missing + 1}."),
                firstPath);
        }

        if (ordered.Sum(file => (long)file.Lengths.Count) > HashPlan.MaximumResources)
        {
            throw ManifestFileErrors.ManifestFileTooLarge.At($"The parts have more than {HashPlan.MaximumResources} resources together, which is the limit.", firstPath);
        }

        Resource[] resources = [.. ordered.SelectMany(file => file.Manifest.Resources)];
        long[] lengths = [.. ordered.SelectMany(file => file.Lengths)];
        for (int index = 1; index < resources.Length; index++)
        {
            if (ResourceNameComparer.Instance.Compare(resources[index - 1].Name, resources[index].Name) >= 0)
            {
                throw ManifestFileErrors.ManifestFileOrder.At($"The parts overlap: '{resources[index].Name}' does not come after '{resources[index - 1].Name}'.", firstPath);
            }
        }

        // The parts were hashed of what the listing says, or one of them was changed.
        Manifest whole = new(first.Manifest.ModelName, first.Manifest.Serialization, resources, out _);
        byte[] listing = ManifestFile.ListingOf(whole.Serialization, new DerivedList<Resource, string>(resources, resource => resource.Name), lengths);
        return listing.AsSpan().SequenceEqual(first.Listing.Span)
            ? new(whole, lengths, listing, ManifestPart.Whole, first.Worker)
            {
                Records = ordered.All(file => file.Records.Count == 0) ? []
                    : [.. ordered.SelectMany(file => file.Records.Count > 0 ? file.Records : new FileRecord[file.Lengths.Count])],
            }
            : throw ManifestFileErrors.ManifestPartsDiffer.At($"The parts of '{firstPath}' together do not match the listing in their first lines.", firstPath);
    }

    private static bool IsSame(Serialization a, Serialization b) =>
        a.HashType == b.HashType && a.ShardSize == b.ShardSize && a.AllowSymlinks == b.AllowSymlinks && a.IgnorePaths.SequenceEqual(b.IgnorePaths, StringComparer.Ordinal);
}
