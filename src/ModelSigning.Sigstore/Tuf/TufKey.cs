using System.Security.Cryptography;
using ModelSigning.Core.Input;
using ModelSigning.Core.Keys;
using ModelSigning.Sigstore.Keys;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>
/// A key of a TUF role (TUF, section 4.2.1): ECDSA as PEM or, in the public instance's first roots, as a point in hexadecimal;
/// Ed25519 as 32 bytes in hexadecimal; RSA as PEM. A key that cannot be used is kept, and never verifies anything.
/// </summary>
internal sealed class TufKey
{
    private readonly VerificationKey? _key;

    private TufKey(VerificationKey? key, string identity)
    {
        _key = key;
        Identity = identity;
    }

    /// <summary>What makes the key the same under two identifiers, in whatever encodings: it counts once.</summary>
    internal string Identity { get; }

    internal static TufKey Read(MetadataObject key)
    {
        string type = key.Text("keytype"), scheme = key.Text("scheme"), text = key.Object("keyval").Text("public");
        byte[]? info = (type, scheme) switch
        {
            ("ecdsa" or "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256") => FromPem(text) ?? FromPoint(text),
            ("ecdsa" or "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384") => FromPem(text),
            ("ed25519", "ed25519") => FromEd25519(text),
            ("rsa", "rsassa-pss-sha256" or "rsa-pkcs1v15-sha256") => FromPem(text),
            _ => null,
        };
        if (info is null || !VerificationKey.TryImport(info, out VerificationKey? imported, out _) || !Fits(imported, scheme))
        {
            return new TufKey(null, $"{type} {scheme} {text}");
        }

        return new TufKey(imported is RsaKey rsa && scheme == "rsassa-pss-sha256" ? rsa.WithPss() : imported, Convert.ToHexString(imported.Numbers.Span));
    }

    /// <summary>Whether a signature is this key's.</summary>
    internal bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => _key is not null && _key.VerifyData(data, signature);

    private static bool Fits(VerificationKey key, string scheme) => key switch
    {
        EcdsaKey => scheme == (key.Hash == HashAlgorithmName.SHA256 ? "ecdsa-sha2-nistp256" : key.Hash == HashAlgorithmName.SHA384 ? "ecdsa-sha2-nistp384" : null),
        RsaKey => scheme.StartsWith("rsa", StringComparison.Ordinal),
        _ => scheme == "ed25519",
    };

    private static byte[]? FromPem(string text)
    {
        if (!PemEncoding.TryFind(text, out PemFields fields) || text[fields.Label] != "PUBLIC KEY")
        {
            return null;
        }

        byte[] der = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64Chars(text.AsSpan(fields.Base64Data), der, out _) ? der : null;
    }

    /// <summary>An uncompressed point of P-256: 0x04 and 64 bytes.</summary>
    private static byte[]? FromPoint(string text) =>
        Hexadecimal.ReadAnyCase(text) is [0x04, ..] and { Length: 65 } point ? PublicKeyInfo.Write(KeyOid.Ec, EcCurve.P256.Parameters(), point) : null;

    private static byte[]? FromEd25519(string text) =>
        Hexadecimal.ReadAnyCase(text) is { Length: 32 } raw ? PublicKeyInfo.Write(KeyOid.Ed25519, null, raw) : FromPem(text);
}
