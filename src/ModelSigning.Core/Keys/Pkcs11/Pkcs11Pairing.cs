using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>A private key object of a token.</summary>
/// <param name="Handle">The object; null for a key that the token does not show.</param>
/// <param name="Id">CKA_ID; empty for none.</param>
/// <param name="Label">CKA_LABEL; empty for none.</param>
/// <param name="KeyType">CKA_KEY_TYPE.</param>
/// <param name="Curve">The curve of CKA_EC_PARAMS; null where it cannot be read or is not allowed.</param>
/// <param name="Own">The public key that the object itself tells; null for most tokens.</param>
internal sealed record Pkcs11PrivateHalf(IObjectHandle? Handle, byte[] Id, byte[] Label, CKK KeyType, EcCurve? Curve, EcPublicKey? Own);

/// <summary>A public key object or a certificate of a token, with a key that can verify model signatures.</summary>
/// <param name="Id">CKA_ID; empty for none.</param>
/// <param name="Label">CKA_LABEL; empty for none.</param>
/// <param name="Key">The key.</param>
internal sealed record Pkcs11PublicHalf(byte[] Id, byte[] Label, EcPublicKey Key);

/// <summary>
/// Finds the public half of a private key without a signature. PKCS#11 wants both to have the same CKA_ID (2.40, section 4.8), but no
/// module enforces it: identifiers are missing, and several pairs share one.
/// </summary>
internal static class Pkcs11Pairing
{
    private const int SameKey = 4, SameIdAndLabel = 3, SameId = 2, SameLabel = 1, Stranger = 0;

    /// <summary>The public half of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="keys">The private keys that share its identifier or label, or those of what shares them; it may be among them.</param>
    /// <param name="halves">The public halves that share its identifier or label.</param>
    /// <returns>Null where there is none, or where more than one is possible: a wrong public key would be published.</returns>
    public static EcPublicKey? HalfOf(Pkcs11PrivateHalf key, IReadOnlyList<Pkcs11PrivateHalf> keys, IReadOnlyList<Pkcs11PublicHalf> halves)
    {
        if (key.Own is { } own)
        {
            return own;
        }

        int best = halves.Max(half => (int?)Strength(key, half)) ?? Stranger;
        Pkcs11PublicHalf[] found = [.. halves.Where(half => best > Stranger && Strength(key, half) == best)];
        return found.Length > 0 && found.All(half => half.Key.Equals(found[0].Key))
            && found.Any(half => keys.All(other => ReferenceEquals(other, key) || Strength(other, half) < best))
            && !(best == SameId && LabelsContradict(key, keys, halves, found))
            ? found[0].Key
            : null;
    }

    /// <summary>Whether the labels say that another half is the key's, or that the half is another key's: then one of the two is wrong.</summary>
    private static bool LabelsContradict(
        Pkcs11PrivateHalf key, IReadOnlyList<Pkcs11PrivateHalf> keys, IReadOnlyList<Pkcs11PublicHalf> halves, Pkcs11PublicHalf[] found) =>
        halves.Any(half => Same(half.Label, key.Label) && !half.Key.Equals(found[0].Key))
        || keys.Any(other => !ReferenceEquals(other, key) && found.Any(half => Same(half.Label, other.Label)));

    /// <summary>How strongly the token's attributes join two halves.</summary>
    private static int Strength(Pkcs11PrivateHalf key, Pkcs11PublicHalf half)
    {
        if (key.Own is { } own)
        {
            return own.Equals(half.Key) ? SameKey : Stranger;
        }

        if (key.KeyType != CKK.CKK_EC || (key.Curve is { } curve && curve != half.Key.Curve))
        {
            return Stranger;
        }

        bool sameLabel = Same(key.Label, half.Label);
        return Same(key.Id, half.Id) ? (sameLabel ? SameIdAndLabel : SameId)
            : sameLabel && (key.Id.Length == 0 || half.Id.Length == 0) ? SameLabel
            : Stranger;
    }

    private static bool Same(byte[] one, byte[] other) => one.Length > 0 && one.AsSpan().SequenceEqual(other);
}
