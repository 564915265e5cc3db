using System.Globalization;
using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>
/// The client workflow of The Update Framework (1.0.34, section 5.3 to 5.7): which version of a repository's metadata to trust, and
/// from there its targets. One client does one update.
/// </summary>
internal sealed class TufClient
{
    private readonly ITufRepository? _repository;
    private readonly IMetadataStore _store;
    private readonly DateTimeOffset _now;
    private readonly bool _checkExpiry;

    /// <summary>Makes a client.</summary>
    /// <param name="repository">Where to fetch from; null trusts what the store holds, whatever its age.</param>
    /// <param name="store">What earlier updates left.</param>
    /// <param name="root">The root that is trusted.</param>
    /// <param name="now">The time that expiry is judged at.</param>
    internal TufClient(ITufRepository? repository, IMetadataStore store, RootMetadata root, DateTimeOffset now)
    {
        _repository = repository;
        _store = store;
        _now = now;
        _checkExpiry = repository is not null;
        Root = root;
    }

    /// <summary>The newest root that is trusted.</summary>
    internal RootMetadata Root { get; private set; }

    /// <summary>The timestamp that is trusted; null before the update.</summary>
    internal Metadata? Timestamp { get; private set; }

    /// <summary>The snapshot that is trusted; null before the update.</summary>
    internal Metadata? Snapshot { get; private set; }

    /// <summary>The top-level targets that are trusted; null before the update.</summary>
    internal Metadata? Targets { get; private set; }

    /// <summary>Runs the workflow up to the top-level targets.</summary>
    /// <exception cref="ModelSigningException">One of <see cref="TufErrors"/>; what the store held before is still there.</exception>
    internal void Update(CancellationToken cancellationToken)
    {
        UpdateRoot(cancellationToken);
        Timestamp = UpdateTimestamp(cancellationToken);
        Snapshot = UpdateSnapshot(cancellationToken);
        Targets = LoadTargets("targets", Root.Targets, cancellationToken);
    }

    /// <summary>Fetches metadata of a delegated role, or the top-level one, as the trusted snapshot describes it.</summary>
    internal Metadata LoadTargets(string name, Role role, CancellationToken cancellationToken)
    {
        FileDescription described = MetaOf(Snapshot!, name + ".json");
        string stored = StoredAs(name);
        if (TryLoad(stored, TufLimits.Targets, "targets", role) is { } local && local.Version == described.Version && described.Fits(local.Bytes.Span, stored))
        {
            CheckExpiry(local);
            return local;
        }

        string fetchedAs = Escape(name) + ".json";
        string file = Root.ConsistentSnapshot ? $"{Number(described.Version!.Value)}.{fetchedAs}" : fetchedAs;
        byte[] bytes = Fetch(file, Math.Min(described.Length ?? TufLimits.Targets, TufLimits.Targets), cancellationToken);
        described.Check(bytes, file);
        Metadata fetched = Metadata.Parse(bytes, file, "targets");
        role.Verify(fetched);
        CheckVersion(fetched, described);
        CheckExpiry(fetched);
        _store.Save(stored, bytes);
        return fetched;
    }

    /// <summary>Fetches a file that must be there.</summary>
    internal byte[] Fetch(string file, long maximum, CancellationToken cancellationToken) =>
        (_repository ?? throw TufErrors.TufCacheDamaged.At($"'{file}' is missing from the stored metadata, or is not valid.", _store.Location))
            .Fetch(file, maximum, cancellationToken) ?? throw TufErrors.TufFileMissing.At($"The repository has no '{file}'.", file);

    /// <summary>A role's name as a file's: everything but letters, digits and <c>-._~</c> escaped, so that none leads out of a folder.</summary>
    internal static string Escape(string name) => Uri.EscapeDataString(name);

    /// <summary>
    /// The file that a role's metadata are stored in. Capitals are escaped too, or two roles would share one where upper and lower case are not told apart.
    /// </summary>
    internal static string StoredAs(string name)
    {
        string escaped = Escape(name);
        return string.Concat(escaped.Select((letter, index) => IsCapital(escaped, index) ? $"%{(int)letter:X2}" : letter.ToString())) + ".json";
    }

    /// <summary>
    /// Refuses a root that is older than the one that an earlier update recorded, wherever it came from: also the root that someone specifies may be an old copy.
    /// </summary>
    /// <param name="version">The version of the root.</param>
    /// <param name="recorded">The version that was recorded; 0 for none.</param>
    /// <param name="folder">Where it was recorded.</param>
    /// <param name="target">What the error is about.</param>
    /// <exception cref="ModelSigningException"><see cref="TufErrors.TufRollback"/>.</exception>
    internal static void RequireNotOlder(long version, long recorded, string? folder, string target)
    {
        if (version < recorded)
        {
            throw TufErrors.TufRollback.At($"The repository has version {Number(version)} of the root, but version {Number(recorded)} is already trusted.", target,
                cure: $"Do not use this repository, and ask its operator. If the operator set it up again, delete the folder '{folder}' and run the command again.");
        }
    }

    internal static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    // Not one of the two digits of an escape, which mean the same in either case.
    private static bool IsCapital(string escaped, int index) => char.IsAsciiLetterUpper(escaped[index])
        && !(index >= 1 && escaped[index - 1] == '%') && !(index >= 2 && escaped[index - 2] == '%');

    /// <summary>Section 5.3: each next root, signed by the one before and by itself; only the last one's expiry counts.</summary>
    private void UpdateRoot(CancellationToken cancellationToken)
    {
        if (_repository is null)
        {
            return;
        }

        RootMetadata first = Root;
        for (int rotation = 0; rotation < TufLimits.RootRotations; rotation++)
        {
            string file = $"{Number(Root.Metadata.Version + 1)}.root.json";
            if (_repository.Fetch(file, TufLimits.Root, cancellationToken) is not { } bytes)
            {
                break;
            }

            Root = Root.Next(bytes, file);
            _store.SaveRoot(Root);
        }

        CheckExpiry(Root.Metadata);
        if (first.Timestamp.HasOtherKeysThan(Root.Timestamp) || first.Snapshot.HasOtherKeysThan(Root.Snapshot))
        {
            // 5.3.11: who held the old keys could have raised the versions as high as numbers go.
            _store.Delete("timestamp.json");
            _store.Delete("snapshot.json");
        }
    }

    /// <summary>Section 5.4.</summary>
    private Metadata UpdateTimestamp(CancellationToken cancellationToken)
    {
        const string file = "timestamp.json";
        Metadata? local = TryLoad(file, TufLimits.Timestamp, "timestamp", Root.Timestamp);
        if (_repository is null)
        {
            return local ?? throw TufErrors.TufCacheDamaged.At("The stored timestamp metadata is missing or not valid.", _store.Location);
        }

        byte[] bytes = Fetch(file, TufLimits.Timestamp, cancellationToken);
        Metadata fetched = Metadata.Parse(bytes, file, "timestamp");
        Root.Timestamp.Verify(fetched);
        FileDescription snapshot = MetaOf(fetched, "snapshot.json");
        if (local is not null)
        {
            CheckNotOlder(file, local.Version, fetched.Version);
            CheckNotOlder("snapshot.json", MetaOf(local, "snapshot.json").Version!.Value, snapshot.Version!.Value);
            if (fetched.Version == local.Version)
            {
                CheckExpiry(local);
                return local;
            }
        }

        CheckExpiry(fetched);
        _store.Save(file, bytes);
        return fetched;
    }

    /// <summary>Section 5.5.</summary>
    private Metadata UpdateSnapshot(CancellationToken cancellationToken)
    {
        const string stored = "snapshot.json";
        FileDescription described = MetaOf(Timestamp!, stored);
        Metadata? local = TryLoad(stored, TufLimits.Snapshot, "snapshot", Root.Snapshot);
        if (local is not null && local.Version == described.Version && described.Fits(local.Bytes.Span, stored))
        {
            CheckExpiry(local);
            return local;
        }

        string file = Root.ConsistentSnapshot ? $"{Number(described.Version!.Value)}.{stored}" : stored;
        byte[] bytes = Fetch(file, Math.Min(described.Length ?? TufLimits.Snapshot, TufLimits.Snapshot), cancellationToken);
        described.Check(bytes, file);
        Metadata fetched = Metadata.Parse(bytes, file, "snapshot");
        Root.Snapshot.Verify(fetched);
        CheckVersion(fetched, described);
        if (local is not null)
        {
            foreach ((string name, MetadataObject before) in local.Signed.Object("meta").Members())
            {
                CheckNotOlder(name, FileDescription.OfMetadata(before).Version!.Value, MetaOf(fetched, name).Version!.Value);
            }
        }

        CheckExpiry(fetched);
        _store.Save(stored, bytes);
        return fetched;
    }

    private Metadata? TryLoad(string name, int maximum, string type, Role role)
    {
        if (_store.Load(name, maximum) is not { } bytes)
        {
            return null;
        }

        try
        {
            Metadata local = Metadata.Parse(bytes, name, type);
            role.Verify(local);
            return local;
        }
        catch (ModelSigningException)
        {
            // Signed by keys that were replaced since, or damaged: it is downloaded again.
            return null;
        }
    }

    private static FileDescription MetaOf(Metadata metadata, string name)
    {
        if (metadata.Signed.Object("meta").OptionalObject(name) is { } described)
        {
            return FileDescription.OfMetadata(described);
        }

        throw TufErrors.TufRollback.At($"'{metadata.File}' (version {Number(metadata.Version)}) does not list '{name}', which is required.", name);
    }

    private static void CheckNotOlder(string file, long trusted, long offered)
    {
        if (offered < trusted)
        {
            throw TufErrors.TufRollback.At($"The repository has version {Number(offered)} of '{file}', but version {Number(trusted)} is already trusted.", file);
        }
    }

    private static void CheckVersion(Metadata fetched, FileDescription described)
    {
        if (fetched.Version != described.Version)
        {
            throw TufErrors.TufVersionMismatch.At(
                $"'{fetched.File}' is version {Number(fetched.Version)}, but version {Number(described.Version!.Value)} was announced.", fetched.File);
        }
    }

    private void CheckExpiry(Metadata metadata)
    {
        if (_checkExpiry)
        {
            metadata.CheckExpiry(_now);
        }
    }
}
