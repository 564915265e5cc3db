using System.Collections.Concurrent;

namespace ModelSigning;

/// <summary>
/// The keys that Get-Pkcs11Key has listed in this process, for completion: a Tab loads no module and wakes no device, which may take
/// long, be at the other end of a network, or ask for a touch.
/// </summary>
internal static class ListedKeys
{
    private const int Most = 1000;

    private static readonly ConcurrentDictionary<string, Pkcs11Key> ByUri = new(StringComparer.Ordinal);

    /// <summary>The keys in the order of their URIs.</summary>
    internal static IEnumerable<Pkcs11Key> All => ByUri.Values.OrderBy(key => key.Uri, StringComparer.Ordinal);

    /// <summary>Remembers a key; a token with very many is not remembered whole.</summary>
    internal static void Remember(Pkcs11Key key)
    {
        if (ByUri.Count < Most)
        {
            ByUri[key.Uri] = key;
        }
    }
}
