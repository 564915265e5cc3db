using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;
using ModelSigning.Core.Input;
using ModelSigning.Sigstore.Tuf;

namespace ModelSigning.Sigstore.Trust;

/// <summary>
/// The Sigstore instances of this user: the public one, and private ones by the names they were registered under. Loading
/// never opens a connection; only an update does.
/// </summary>
/// <remarks>
/// <code>
/// folder/instances/NAME/N/               what the Nth update of an instance left (<see cref="InstanceStore"/>)
/// folder/instances/NAME/N/instance.json  the repository's address
/// folder/instances/NAME/N/roots/         the TUF roots, from the first that was trusted on
/// folder/instances/NAME/N/metadata/      the other TUF metadata, and the newest root
/// folder/instances/NAME/N/targets/       the targets, checked against the metadata each time they are read
/// </code>
/// </remarks>
/// <param name="folder">Where updates are kept; null keeps nothing.</param>
/// <param name="deadline">How long a whole update may take; null for five minutes.</param>
public sealed class SigstoreInstances(string? folder, TimeSpan? deadline = null)
{
    /// <summary>The public instance's name.</summary>
    public const string PublicName = InstanceName.Public;

    private const string FolderVariable = "MODELSIGNING_TRUST_FOLDER";
    private const string TrustedRootTarget = "trusted_root.json", SigningConfigTarget = "signing_config.v0.2.json";
    private const string AddressName = "instance.json", FirstRootName = "roots/first.root.json", RecordedRootName = "metadata/root.json";
    private const int LoadAttempts = 20;

    /// <summary>
    /// The instances of the user who runs this process: in the folder that the environment variable <c>MODELSIGNING_TRUST_FOLDER</c>
    /// names, or else in the folder for local data; without such a folder nothing is kept.
    /// </summary>
    public static SigstoreInstances OfThisUser
    {
        get
        {
            if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
            {
                return new SigstoreInstances(Path.GetFullPath(named));
            }

            string local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return new SigstoreInstances(local.Length == 0 ? null : Path.Join(local, "ModelSigning", "sigstore"));
        }
    }

    /// <summary>The names of the instances, the public one first.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            try
            {
                return [PublicName, .. Registered().Where(name => InstanceName.IsUsable(name) && name != PublicName).Order(StringComparer.Ordinal)];
            }
            catch (ModelSigningException)
            {
                return [PublicName];
            }
        }
    }

    /// <summary>Loads an instance's trust from this machine: for the public one the newer of update and module.</summary>
    /// <param name="name">The instance; null for the public one.</param>
    /// <exception cref="ModelSigningException"><see cref="TrustErrors.InstanceUnknown"/>, or the stored trust does not verify (<see cref="TufErrors.TufCacheDamaged"/>).</exception>
    public SigstoreTrust Load(string? name)
    {
        name ??= PublicName;
        InstanceName.Check(name, Registered());
        InstanceStore? store = FolderOf(name) is { } path ? new InstanceStore(path) : null;
        for (int attempt = 1; ; attempt++)
        {
            if (store?.Newest() is not { } stored)
            {
                return name == PublicName ? SigstoreTrust.Embedded
                    : throw TrustErrors.InstanceUnknown.At($"The trust of the Sigstore instance '{name}' was never downloaded.", name);
            }

            try
            {
                return Load(name, store, stored);
            }
            catch (ModelSigningException) when (attempt < LoadAttempts && store.Newest()?.Folder != stored.Folder)
            {
                // An update replaced it meanwhile.
                continue;
            }
            catch (ModelSigningException error)
            {
                throw Damaged(name, store, stored, error);
            }
        }
    }

    /// <summary>Updates an instance's trust from its repository, and registers the instance's name.</summary>
    /// <param name="name">The instance; null for the public one.</param>
    /// <param name="repository">The repository's address; null for the one that the name stands for.</param>
    /// <param name="tufRoot">The TUF root to start from, got through a channel that is trusted; null for the stored or embedded one.</param>
    /// <param name="now">The time that expiry is judged at.</param>
    /// <param name="cancellationToken">Ends the exchange at once.</param>
    /// <returns>The trust after the update.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="TufErrors"/> or <see cref="TrustErrors"/>; what was trusted before stays.</exception>
    public SigstoreTrust Update(string? name, Uri? repository, byte[]? tufRoot, DateTimeOffset now, CancellationToken cancellationToken)
    {
        name ??= PublicName;
        InstanceName.Check(name, Registered());
        if (repository is not null)
        {
            HttpTufRepository.RequireUsable(repository);
        }

        if (name == PublicName && ((repository is not null && repository != EmbeddedTrust.Repository) || tufRoot is not null))
        {
            throw TrustErrors.InstanceNameInvalid.At(
                $"'{PublicName}' is the public instance. Its repository is {EmbeddedTrust.Repository}, and its root is part of this module.", name);
        }

        InstanceStore? store = FolderOf(name) is { } path ? new InstanceStore(path) : null;
        if (repository is null)
        {
            // Before the lock makes a folder for a name that stands for nothing.
            _ = AddressOf(name, store, store?.Newest());
        }

        using IDisposable? updating = store?.Lock(cancellationToken);
        StoredTrust? before = store?.Newest();
        Uri address = repository ?? AddressOf(name, store, before);
        TrustDraft draft = new(before);
        RootMetadata root = NewestRoot(name, store, draft, tufRoot);
        long recorded = name == PublicName || before is null ? 0 : RecordedVersion(name, store!, before);
        SigstoreTrust trust = HttpTufRepository.Within(address, deadline ?? TufLimits.Update, token => Fetch(name, address, draft, root, now, token), cancellationToken);
        TufClient.RequireNotOlder(trust.TufRootVersion ?? 0, recorded, store?.Folder, name);

        draft.SaveFile(AddressName, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["url"] = address.AbsoluteUri }));
        byte[] date = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["updated"] = Rfc3339.Write(now) });
        bool kept = updating is not null && store!.Publish(draft, date);
        return trust with { Location = store?.Folder, AsOf = now, NotKept = !kept };
    }

    private static SigstoreTrust Fetch(string name, Uri address, TrustDraft draft, RootMetadata root, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using ServiceClient client = new(HttpTufRepository.Policy);
        TufClient tuf = new(new HttpTufRepository(address, client), draft, root, now);
        tuf.Update(cancellationToken);
        return Read(name, address, tuf, new HttpTufRepository(HttpAddress.Join(address, "targets/"), client), draft, cancellationToken);
    }

    private static SigstoreTrust Load(string name, InstanceStore store, StoredTrust stored)
    {
        TrustDraft draft = new(stored);
        RootMetadata root = NewestRoot(name, store, draft, null);
        RootMetadata recorded = StoredRoot(stored, RecordedRootName)
            ?? throw TufErrors.TufCacheDamaged.At("The stored root metadata is missing or damaged.", stored.Folder);
        if (root.Metadata.Version > recorded.Metadata.Version)
        {
            // The module is newer than the last update.
            return SigstoreTrust.Embedded;
        }

        if (root.Metadata.Version < recorded.Metadata.Version)
        {
            throw TufErrors.TufCacheDamaged.At("The stored root is not a successor of the first trusted root.", stored.Folder);
        }

        TufClient client = new(null, draft, root, DateTimeOffset.UtcNow);
        client.Update(CancellationToken.None);
        SigstoreTrust kept = Read(name, AddressOf(name, store, stored), client, null, draft, CancellationToken.None) with
        {
            Location = store.Folder,
            AsOf = ReadDate(stored),
        };
        return name == PublicName ? Newer(kept, SigstoreTrust.Embedded) : kept;
    }

    /// <summary>Of the public instance's trust what was current last: what it lists changes more often than its root does.</summary>
    /// <param name="kept">What the last update kept.</param>
    /// <param name="embedded">What came with the module.</param>
    internal static SigstoreTrust Newer(SigstoreTrust kept, SigstoreTrust embedded) =>
        kept.TufRootVersion <= embedded.TufRootVersion && !(kept.AsOf >= embedded.AsOf) ? embedded : kept;

    // The newest root that is trusted before anything is fetched. The public instance's descends from the module's in any case; that of
    // another one from the given root, or from the one that the first update started from.
    private static RootMetadata NewestRoot(string name, InstanceStore? store, TrustDraft draft, byte[]? given)
    {
        RootMetadata first = name == PublicName ? RootMetadata.Parse(EmbeddedTrust.TufRoot, "embedded root.json")
            : given is not null ? RootMetadata.Parse(given, "root.json")
            : StoredRoot(draft.Before, FirstRootName) ?? throw (draft.Before is null
                ? TufErrors.TufRootMissing.At($"The Sigstore instance '{name}' has no stored TUF root to start from.", name)
                : TufErrors.TufCacheDamaged.At($"The first root of the Sigstore instance '{name}' in '{store!.Folder}' is missing or damaged. Run {Command(name, whole: true)}.", store.Folder));
        RootMetadata root = draft.Follow(first);
        if (name != PublicName)
        {
            draft.SaveFile(FirstRootName, first.Metadata.Bytes.Span);
        }

        draft.Save("root.json", root.Metadata.Bytes.Span);
        return root;
    }

    // A root that signs itself; null when it is missing or damaged.
    private static RootMetadata? StoredRoot(StoredTrust? stored, string name) =>
        stored?.Load(name, TufLimits.Root) is { } bytes ? RootMetadata.TryParse(bytes, name) : null;

    // The version of the newest root that was recorded. Where that root is damaged, the chain that led to it tells its version.
    private static long RecordedVersion(string name, InstanceStore store, StoredTrust stored)
    {
        IEnumerable<long> known = new[] { RecordedRootName, FirstRootName }.Select(file => StoredRoot(stored, file)?.Metadata.Version ?? 0);
        return known.Append(TrustDraft.LastRoot(stored)).Max() is > 0 and long version ? version : throw TufErrors.TufCacheDamaged.At(
            $"All roots of the Sigstore instance '{name}' in '{store.Folder}' are missing or damaged, so an older root cannot be told from a newer one.", store.Folder,
            cure: $"Delete the folder '{store.Folder}' and run the command again with a root that you got now, through a channel that you trust.");
    }

    private static SigstoreTrust Read(string name, Uri repository, TufClient client, ITufRepository? targets, TrustDraft draft, CancellationToken cancellationToken)
    {
        TargetSearch search = new(client, targets);
        byte[] root = ReadTarget(search, TrustedRootTarget, draft, cancellationToken);
        byte[]? config = client.Targets!.Signed.Object("targets").OptionalObject(SigningConfigTarget) is null
            ? null
            : ReadTarget(search, SigningConfigTarget, draft, cancellationToken);
        return new SigstoreTrust
        {
            Name = name,
            Repository = repository,
            Origin = TrustOrigin.Cache,
            TufRootVersion = client.Root.Metadata.Version,
            Expires = new[] { client.Root.Metadata, client.Timestamp!, client.Snapshot!, client.Targets }.Min(metadata => metadata.Expires),
            TrustedRoot = TrustedRootReader.Parse(root, $"{TrustedRootTarget} of {repository}"),
            SigningConfig = config is null ? null : SigningConfigReader.Parse(config, $"{SigningConfigTarget} of {repository}"),
        };
    }

    private static byte[] ReadTarget(TargetSearch search, string target, TrustDraft draft, CancellationToken cancellationToken)
    {
        string name = "targets/" + target;
        byte[] bytes = search.Get(target, draft.LoadFile(name, TufLimits.Target), cancellationToken).Bytes;
        draft.SaveFile(name, bytes);
        return bytes;
    }

    private static DateTimeOffset? ReadDate(StoredTrust stored) =>
        ReadText(stored, StoredTrust.DateName, "updated") is { } text && Rfc3339.TryParse(text, out DateTimeOffset time) ? time : null;

    private static Uri AddressOf(string name, InstanceStore? store, StoredTrust? stored)
    {
        if (name == PublicName)
        {
            return EmbeddedTrust.Repository;
        }

        if (stored is null)
        {
            throw TrustErrors.InstanceUnknown.At(store is null
                ? $"No Sigstore instance '{name}' is registered: this user has no folder for local data."
                : $"No Sigstore instance '{name}' is registered.", name);
        }

        return StoredAddress(stored) ?? throw TufErrors.TufCacheDamaged.At(
            $"The address of the Sigstore instance '{name}' in '{store!.Folder}' is missing or damaged. Run {Command(name, whole: true)}.", store.Folder);
    }

    private static Uri? StoredAddress(StoredTrust stored) =>
        ReadText(stored, AddressName, "url") is { } text && Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && HttpAddress.IsBare(address) && HttpAddress.IsSecure(address)
            ? address : null;

    private static string? ReadText(StoredTrust stored, string file, string member)
    {
        if (stored.Load(file, TufLimits.Timestamp) is not { } bytes)
        {
            return null;
        }

        try
        {
            using JsonDocument document = StrictJson.Parse(bytes, file, new InputRules("stored file", TufLimits.Timestamp, TufErrors.TufCacheDamaged));
            return document.RootElement.TryGetProperty(member, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        }
        catch (ModelSigningException)
        {
            return null;
        }
    }

    private static ModelSigningException Damaged(string name, InstanceStore store, StoredTrust stored, ModelSigningException error)
    {
        bool whole = name != PublicName && (StoredRoot(stored, FirstRootName) is null || StoredAddress(stored) is null);
        return TufErrors.TufCacheDamaged.At(error.Message.Contains(Command(name, whole), StringComparison.Ordinal) ? error.Message
            : $"The stored trust of the Sigstore instance '{name}' in '{store.Folder}' is damaged. {error.Message} Run {Command(name, whole)}.", store.Folder, error);
    }

    private static string Command(string name, bool whole) =>
        name == PublicName ? "Update-SigstoreTrust" : $"Update-SigstoreTrust -Name {name}" + (whole ? " -Url URL -RootPath FILE" : "");

    private string? FolderOf(string name) => folder is null ? null : Path.Join(folder, "instances", name);

    // One that cannot be read is there all the same; loading it says why.
    private bool IsKept(string name)
    {
        try
        {
            return new InstanceStore(FolderOf(name)!).Newest() is not null;
        }
        catch (ModelSigningException)
        {
            return true;
        }
    }

    // Every name under which trust is kept, whatever it looks like.
    private List<string> Registered() =>
        folder is null ? [] : [.. InstanceStore.Entries(Path.Join(folder, "instances")).Select(path => Path.GetFileName(path)).Where(IsKept)];
}
