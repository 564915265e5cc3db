namespace ModelSigning.Sigstore.Trust;

/// <summary>Where trust comes from.</summary>
public enum TrustOrigin
{
    /// <summary>It came with this module.</summary>
    Embedded,

    /// <summary>An update by TUF stored it on this machine.</summary>
    Cache,

    /// <summary>The caller named a file.</summary>
    File,
}

/// <summary>The trust of one Sigstore instance, and how old it is.</summary>
public sealed record SigstoreTrust
{
    /// <summary>The instance's name; <c>public</c> for the public one.</summary>
    public required string Name { get; init; }

    /// <summary>The address of the instance's TUF repository; null for a file.</summary>
    public Uri? Repository { get; init; }

    /// <summary>Where this comes from.</summary>
    public required TrustOrigin Origin { get; init; }

    /// <summary>The folder or file that it was read from; null for the embedded trust.</summary>
    public string? Location { get; init; }

    /// <summary>When it was known to be current: the embedded data's date, or the last update; null for a file.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>The version of the TUF root; null for a file.</summary>
    public long? TufRootVersion { get; init; }

    /// <summary>When the first of the TUF metadata expires, from when on an update is due; null for a file.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Whether the update could not be kept, because the cache cannot be written to.</summary>
    public bool NotKept { get; init; }

    /// <summary>What signatures are verified against.</summary>
    public required TrustedRoot TrustedRoot { get; init; }

    /// <summary>The services that sign; null when the instance names none.</summary>
    public SigningConfig? SigningConfig { get; init; }

    /// <summary>The embedded trust of the public instance.</summary>
    public static SigstoreTrust Embedded
    {
        get
        {
            Tuf.RootMetadata root = Tuf.RootMetadata.Parse(EmbeddedTrust.TufRoot, "embedded root.json");
            return new SigstoreTrust
            {
                Name = SigstoreInstances.PublicName,
                Repository = EmbeddedTrust.Repository,
                Origin = TrustOrigin.Embedded,
                AsOf = EmbeddedTrust.Taken,
                TufRootVersion = root.Metadata.Version,
                Expires = root.Metadata.Expires,
                TrustedRoot = EmbeddedTrust.TrustedRoot,
                SigningConfig = EmbeddedTrust.SigningConfig,
            };
        }
    }
}
