using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Sigstore.Tuf;

namespace ModelSigning.Sigstore.Trust;

/// <summary>
/// The Sigstore instances that this user knows: the public one, and private ones by the names they were registered under. Loading
/// never opens a connection; only an update does.
/// </summary>
/// <remarks>
/// <code>
/// folder/instances/NAME.json              the address that a name stands for
/// folder/repositories/HASH/metadata/      TUF metadata of the repository whose address has that SHA-256
/// folder/repositories/HASH/targets/       its targets, checked against the metadata each time they are read
/// </code>
/// </remarks>
/// <param name="folder">Where updates are kept; null keeps nothing.</param>
public sealed class SigstoreInstances(string? folder)
{
    /// <summary>The public instance's name.</summary>
    public const string PublicName = "public";

    private const string FolderVariable = "MODELSIGNING_TRUST_FOLDER";
    private const string TrustedRootTarget = "trusted_root.json", SigningConfigTarget = "signing_config.v0.2.json", UpdatedName = "updated.json";
    private const int MaximumNameLength = 64;
    private static readonly InputRules RegistrationRules = new("instance registration", 64 * 1024, TrustErrors.InstanceUnknown);

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
                return folder is null ? [PublicName]
                    : [PublicName, .. Directory.EnumerateFiles(Path.Join(folder, "instances"), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
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
        Uri repository = AddressOf(name);
        string? cache = CacheOf(repository);
        bool isPublic = name == PublicName;
        if (cache is null || !File.Exists(Path.Join(cache, "metadata", "timestamp.json")))
        {
            return isPublic ? SigstoreTrust.Embedded
                : throw TrustErrors.InstanceUnknown.At($"The trust of the Sigstore instance '{name}' was never fetched; run Update-SigstoreTrust -Name {name}.", name);
        }

        TufClient client = new(null, new MetadataStore(Path.Join(cache, "metadata")), null, startAnew: false, DateTimeOffset.UtcNow);
        SigstoreTrust embedded = SigstoreTrust.Embedded;
        if (isPublic && client.Root.Metadata.Version < embedded.TufRootVersion)
        {
            return embedded;
        }

        client.Update(CancellationToken.None);
        return Read(name, repository, client, null, cache, CancellationToken.None);
    }

    /// <summary>Updates an instance's trust from its repository, and registers the instance's name.</summary>
    /// <param name="name">The instance; null for the public one.</param>
    /// <param name="repository">The repository's address; null for the one that the name stands for.</param>
    /// <param name="tufRoot">The TUF root to start from, got in a way that is trusted; null for the stored or embedded one.</param>
    /// <param name="now">The time that expiry is judged at.</param>
    /// <param name="cancellationToken">Ends the exchange at once.</param>
    /// <returns>The trust after the update.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="TufErrors"/> or <see cref="TrustErrors"/>; what was trusted before stays.</exception>
    public SigstoreTrust Update(string? name, Uri? repository, byte[]? tufRoot, DateTimeOffset now, CancellationToken cancellationToken)
    {
        name ??= PublicName;
        CheckName(name);
        if (name == PublicName && repository is not null && repository != EmbeddedTrust.Repository)
        {
            throw TrustErrors.InstanceNameInvalid.At(
                $"'{PublicName}' is the public instance, whose repository is {EmbeddedTrust.Repository}; choose another name for {repository}.", name);
        }

        repository ??= AddressOf(name);
        string? cache = CacheOf(repository);
        MetadataStore store = new(cache is null ? null : Path.Join(cache, "metadata"));
        using IDisposable? updating = store.Lock(cancellationToken);
        TufClient client = new(new HttpTufRepository(repository), store, tufRoot ?? (name == PublicName ? EmbeddedTrust.TufRoot : null), tufRoot is not null, now);
        client.Update(cancellationToken);
        HttpTufRepository targets = new(new Uri(repository.AbsoluteUri.TrimEnd('/') + "/targets/"));
        SigstoreTrust trust = Read(name, repository, client, targets, cache, cancellationToken);
        store.Save(UpdatedName, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["updated"] = ValidityPeriod.Utc(now) }));
        Register(name, repository);
        return trust with { AsOf = now, NotKept = store.IsReadOnly || cache is null };
    }

    private static SigstoreTrust Read(string name, Uri repository, TufClient client, ITufRepository? targets, string? cache, CancellationToken cancellationToken)
    {
        TargetSearch search = new(client, targets);
        byte[] root = ReadTarget(search, TrustedRootTarget, cache, cancellationToken);
        byte[]? config = client.Targets!.Signed.Object("targets").OptionalObject(SigningConfigTarget) is null
            ? null
            : ReadTarget(search, SigningConfigTarget, cache, cancellationToken);
        return new SigstoreTrust
        {
            Name = name,
            Repository = repository,
            Origin = TrustOrigin.Cache,
            Location = cache,
            AsOf = cache is null ? null : LastUpdate(cache),
            TufRootVersion = client.Root.Metadata.Version,
            Expires = new[] { client.Root.Metadata, client.Timestamp!, client.Snapshot!, client.Targets }.Min(metadata => metadata.Expires),
            TrustedRoot = TrustedRootReader.Parse(root, $"{TrustedRootTarget} of {repository}"),
            SigningConfig = config is null ? null : SigningConfigReader.Parse(config, $"{SigningConfigTarget} of {repository}"),
        };
    }

    private static byte[] ReadTarget(TargetSearch search, string target, string? cache, CancellationToken cancellationToken)
    {
        MetadataStore stored = new(cache is null ? null : Path.Join(cache, "targets"));
        (byte[] bytes, bool fetched) = search.Get(target, stored.Load(target, TufLimits.Target), cancellationToken);
        if (fetched)
        {
            stored.Save(target, bytes);
        }

        return bytes;
    }

    private static DateTimeOffset? LastUpdate(string cache)
    {
        byte[]? updated = new MetadataStore(Path.Join(cache, "metadata")).Load(UpdatedName, TufLimits.Timestamp);
        if (updated is null)
        {
            return null;
        }

        using JsonDocument document = StrictJson.Parse(updated, UpdatedName, new InputRules("date of the last update", TufLimits.Timestamp, TufErrors.TufCacheDamaged));
        return document.RootElement.TryGetProperty("updated", out JsonElement text) && text.ValueKind == JsonValueKind.String &&
            Rfc3339.TryParse(text.GetString()!, out DateTimeOffset time) ? time : null;
    }

    private string? CacheOf(Uri repository) => folder is null ? null
        : Path.Join(folder, "repositories", Hexadecimal.Write(SHA256.HashData(Encoding.UTF8.GetBytes(repository.AbsoluteUri.TrimEnd('/'))).AsSpan(0, 16)));

    private Uri AddressOf(string name)
    {
        CheckName(name);
        if (name == PublicName)
        {
            return EmbeddedTrust.Repository;
        }

        if (folder is null)
        {
            throw TrustErrors.InstanceUnknown.At($"No Sigstore instance '{name}' is registered: this user has no folder for local data.", name);
        }

        using JsonDocument document = StrictJson.Parse(BoundedFile.Read(RegistrationPath(name), RegistrationRules), name, RegistrationRules);
        return document.RootElement.TryGetProperty("url", out JsonElement url) && url.ValueKind == JsonValueKind.String &&
            Uri.TryCreate(url.GetString(), UriKind.Absolute, out Uri? address) && address.Scheme is "https" or "http"
            ? address
            : throw TrustErrors.InstanceUnknown.At($"The registration of the Sigstore instance '{name}' is damaged; register it again.", name);
    }

    private void Register(string name, Uri repository)
    {
        if (folder is not null && name != PublicName)
        {
            new MetadataStore(Path.Join(folder, "instances")).Save(Path.GetFileName(RegistrationPath(name)),
                JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["url"] = repository.AbsoluteUri }));
        }
    }

    private string RegistrationPath(string name) => Path.Join(folder, "instances", name + ".json");

    private static void CheckName(string name)
    {
        bool plain = name.Length is > 0 and <= MaximumNameLength && name[0] != '.' &&
            name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_');
        if (!plain)
        {
            throw TrustErrors.InstanceNameInvalid.At($"'{name}' cannot be the name of a Sigstore instance.", name);
        }
    }
}
