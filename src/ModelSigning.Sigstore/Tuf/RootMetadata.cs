using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>The root role: the keys of the four top-level roles (TUF, section 4.3).</summary>
internal sealed class RootMetadata
{
    private RootMetadata(Metadata metadata)
    {
        Metadata = metadata;
        ConsistentSnapshot = metadata.Signed.Boolean("consistent_snapshot", absent: false);
        Dictionary<string, TufKey> keys = Role.ReadKeys(metadata.Signed.Object("keys"));
        MetadataObject roles = metadata.Signed.Object("roles");
        Root = Role.Read("root", roles.Object("root"), keys);
        Timestamp = Role.Read("timestamp", roles.Object("timestamp"), keys);
        Snapshot = Role.Read("snapshot", roles.Object("snapshot"), keys);
        Targets = Role.Read("targets", roles.Object("targets"), keys);
    }

    internal Metadata Metadata { get; }

    /// <summary>Whether files of the repository carry version or digest in their names.</summary>
    internal bool ConsistentSnapshot { get; }

    internal Role Root { get; }

    internal Role Timestamp { get; }

    internal Role Snapshot { get; }

    internal Role Targets { get; }

    /// <summary>Reads a root and verifies that it is signed by its own keys.</summary>
    /// <exception cref="ModelSigningException">It is malformed, or not signed by enough of its own keys.</exception>
    internal static RootMetadata Parse(ReadOnlyMemory<byte> bytes, string file)
    {
        RootMetadata root = new(Metadata.Parse(bytes, file, "root"));
        root.Root.Verify(root.Metadata);
        return root;
    }

    /// <summary>Reads a root that was kept.</summary>
    /// <returns>Null when it is malformed, or not signed by enough of its own keys.</returns>
    internal static RootMetadata? TryParse(ReadOnlyMemory<byte> bytes, string file)
    {
        try
        {
            return Parse(bytes, file);
        }
        catch (ModelSigningException)
        {
            return null;
        }
    }

    /// <summary>Reads the root after this one (section 5.3): of the next version, and signed by this one and by itself.</summary>
    /// <exception cref="ModelSigningException">It is not; one of <see cref="TufErrors"/>.</exception>
    internal RootMetadata Next(ReadOnlyMemory<byte> bytes, string file)
    {
        RootMetadata next = Parse(bytes, file);
        Root.Verify(next.Metadata);
        return next.Metadata.Version == Metadata.Version + 1 ? next
            : throw TufErrors.TufVersionMismatch.At(Invariant($"'{file}' is version {next.Metadata.Version}."), file);
    }
}
