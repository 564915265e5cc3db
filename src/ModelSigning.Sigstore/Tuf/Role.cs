using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>Who may sign a role's metadata, and how many of them must.</summary>
internal sealed class Role
{
    private const int MaximumKeys = 256;

    private readonly Dictionary<string, TufKey> _keys = new(StringComparer.Ordinal);
    private readonly long _threshold;

    private Role(string name, MetadataObject role, IReadOnlyDictionary<string, TufKey> keys)
    {
        Name = name;
        _threshold = role.Positive("threshold");
        foreach (string id in role.OptionalTexts("keyids") ?? [])
        {
            if (!keys.TryGetValue(id, out TufKey? key))
            {
                continue;
            }

            if (!_keys.TryAdd(id, key) || _keys.Count > MaximumKeys)
            {
                throw role.Refuse($"the role '{name}' lists the key {id} twice, or more than {MaximumKeys} keys");
            }
        }
    }

    /// <summary>The role's name.</summary>
    internal string Name { get; }

    internal static Role Read(string name, MetadataObject role, IReadOnlyDictionary<string, TufKey> keys) => new(name, role, keys);

    internal static Dictionary<string, TufKey> ReadKeys(MetadataObject keys)
    {
        Dictionary<string, TufKey> read = new(StringComparer.Ordinal);
        foreach ((string id, MetadataObject key) in keys.Members())
        {
            read[id] = TufKey.Read(key);
        }

        return read.Count <= MaximumKeys ? read : throw keys.Refuse($"it has more than {MaximumKeys} keys");
    }

    /// <summary>Verifies that enough of the role's keys signed; each key counts once, under however many identifiers.</summary>
    /// <exception cref="ModelSigningException"><see cref="TufErrors.TufThresholdNotMet"/>.</exception>
    internal void Verify(Metadata metadata)
    {
        HashSet<string> counted = new(StringComparer.Ordinal);
        foreach ((string id, byte[] signature) in metadata.Signatures)
        {
            if (_keys.TryGetValue(id, out TufKey? key) && key.Verify(metadata.SignedBytes, signature))
            {
                counted.Add(key.Identity);
            }
        }

        if (counted.Count < _threshold)
        {
            throw TufErrors.TufThresholdNotMet.At(Invariant($"'{metadata.File}' has {counted.Count} valid signatures of the role '{Name}', but needs {_threshold}."), metadata.File);
        }
    }

    /// <summary>Whether another version of the role has other keys.</summary>
    internal bool HasOtherKeysThan(Role other) => !_keys.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(other._keys.Keys);
}
