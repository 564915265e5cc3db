using System.Globalization;
using ModelSigning.Sigstore.Tuf;

namespace ModelSigning.Sigstore.Trust;

/// <summary>
/// What an update makes of the stored trust, in memory until all of it is verified. It ends with the files that the update used or
/// fetched; others, such as those of roles that are gone, are left behind.
/// </summary>
/// <param name="before">The stored trust; null when there is none, or none that is to be continued.</param>
internal sealed class TrustDraft(StoredTrust? before) : IMetadataStore
{
    private const string Metadata = "metadata/", Roots = "roots/", RootSuffix = ".root.json";

    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);

    /// <summary>The stored trust.</summary>
    internal StoredTrust? Before => before;

    /// <summary>The files by their paths.</summary>
    internal IReadOnlyDictionary<string, byte[]> Files => _files;

    /// <summary>Whether they differ from the stored ones.</summary>
    internal bool IsChanged => before is null || !before.Names().Order(StringComparer.Ordinal).SequenceEqual(_files.Keys)
        || _files.Any(file => before.Load(file.Key, file.Value.Length) is not { } stored || !stored.AsSpan().SequenceEqual(file.Value));

    /// <inheritdoc/>
    public string? Location => before?.Folder;

    /// <inheritdoc/>
    public byte[]? Load(string name, int maximum) => LoadFile(Metadata + name, maximum);

    /// <inheritdoc/>
    public void Save(string name, ReadOnlySpan<byte> bytes) => SaveFile(Metadata + name, bytes);

    /// <inheritdoc/>
    public void SaveRoot(RootMetadata root)
    {
        ReadOnlySpan<byte> bytes = root.Metadata.Bytes.Span;
        SaveFile(RootName(root.Metadata.Version), bytes);
        Save("root.json", bytes);
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        _files.Remove(Metadata + name);
        _deleted.Add(Metadata + name);
    }

    /// <summary>The stored roots that follow a root, each signed by the one before; what comes after the first that is not is ignored.</summary>
    /// <param name="first">The root that is trusted.</param>
    /// <returns>The last of them.</returns>
    internal RootMetadata Follow(RootMetadata first)
    {
        RootMetadata last = first;
        while (LoadFile(RootName(last.Metadata.Version + 1), TufLimits.Root) is { } bytes)
        {
            try
            {
                last = last.Next(bytes, RootName(last.Metadata.Version + 1));
            }
            catch (Core.Errors.ModelSigningException)
            {
                _files.Remove(RootName(last.Metadata.Version + 1));
                break;
            }
        }

        return last;
    }

    /// <summary>The highest version among the names of the stored roots, damaged or not; 0 for none.</summary>
    internal static long LastRoot(StoredTrust stored) => stored.Names()
        .Where(name => name.StartsWith(Roots, StringComparison.Ordinal) && name.EndsWith(RootSuffix, StringComparison.Ordinal))
        .Max(name => long.TryParse(name.AsSpan()[Roots.Length..^RootSuffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long version) ? version : (long?)0) ?? 0;

    /// <inheritdoc cref="StoredTrust.Load"/>
    internal byte[]? LoadFile(string name, int maximum)
    {
        if (!_files.TryGetValue(name, out byte[]? bytes) && !_deleted.Contains(name) && before?.Load(name, maximum) is { } stored)
        {
            _files[name] = bytes = stored;
        }

        return bytes;
    }

    /// <summary>Keeps a file.</summary>
    internal void SaveFile(string name, ReadOnlySpan<byte> bytes) => _files[name] = bytes.ToArray();

    private static string RootName(long version) => $"{Roots}{TufClient.Number(version)}{RootSuffix}";
}
