using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using ModelSigning.Core.Keys;

namespace ModelSigning.Sigstore.Keys;

/// <summary>
/// A public key of a log, a certificate or a caller, with the one algorithm that it verifies by. The algorithm comes from the key,
/// never from what it verifies.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>ECDSA</term><description>P-256 with SHA-256, P-384 with SHA-384, P-521 with SHA-512; signatures in DER (RFC 3279, section 2.2.3)</description></item>
/// <item><term>RSA</term><description>2048 to 8192 bits with SHA-256; PKCS #1 v1.5, or PSS if the key says so (RFC 8017)</description></item>
/// <item><term>Ed25519</term><description>pure (RFC 8032)</description></item>
/// </list>
/// </remarks>
public abstract class VerificationKey
{
    private protected VerificationKey(ReadOnlyMemory<byte> subjectPublicKeyInfo, string name, HashAlgorithmName? hash)
    {
        SubjectPublicKeyInfo = subjectPublicKeyInfo;
        Name = name;
        Hash = hash;
    }

    /// <summary>The key in DER (RFC 5280, section 4.1).</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    /// <summary>The algorithm in words: <c>ECDSA P-256</c>.</summary>
    public string Name { get; }

    /// <summary>The digest that is signed; null for Ed25519, which takes the message itself.</summary>
    public HashAlgorithmName? Hash { get; }

    /// <summary>The bytes of the key alone: two encodings of one key (with parameters or without, in BER) have the same.</summary>
    internal abstract ReadOnlyMemory<byte> Numbers { get; }

    /// <summary>Whether a signature is this key's over some data.</summary>
    public abstract bool VerifyData(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <summary>Whether a signature is this key's over data of which only the digest is known. False for Ed25519.</summary>
    public abstract bool VerifyHash(ReadOnlySpan<byte> digest, HashAlgorithmName algorithm, ReadOnlySpan<byte> signature);

    /// <summary>Whether an algorithm may be the digest's: the key's own, or SHA-256 with the larger curves, as clients of 2022 and 2023 signed.</summary>
    public virtual bool Accepts(HashAlgorithmName algorithm) => algorithm == Hash;

    /// <summary>Reads a key.</summary>
    /// <param name="subjectPublicKeyInfo">The key in DER, nothing after it.</param>
    /// <param name="key">The key; null when it cannot be used.</param>
    /// <param name="reason">Why it cannot be used, as the second half of a sentence; null when it can.</param>
    public static bool TryImport(ReadOnlyMemory<byte> subjectPublicKeyInfo, [NotNullWhen(true)] out VerificationKey? key, [NotNullWhen(false)] out string? reason)
    {
        key = null;
        try
        {
            PublicKeyInfo info = PublicKeyInfo.Read(subjectPublicKeyInfo);
            (key, reason) = info.Algorithm.Oid switch
            {
                KeyOid.Ec => EcdsaKey.Import(subjectPublicKeyInfo, info.Algorithm.Parameters),
                KeyOid.Rsa => RsaKey.Import(subjectPublicKeyInfo, info.Key, pss: false),
                KeyOid.RsaPss => RsaKey.Import(subjectPublicKeyInfo, info.Key, pss: true),
                KeyOid.Ed25519 => Ed25519Key.Import(subjectPublicKeyInfo, info.Key),
                _ => (null, $"its algorithm {info.Algorithm.Oid} is not ECDSA, RSA or Ed25519"),
            };
            return key is not null;
        }
        catch (Exception error) when (error is AsnContentException or CryptographicException or ArgumentException)
        {
            reason = $"it is not a public key ({error.Message})";
            return false;
        }
    }

    /// <summary>The SubjectPublicKeyInfo of an RSA key that is given as PKCS #1 RSAPublicKey.</summary>
    internal static byte[] FromPkcs1(ReadOnlySpan<byte> rsaPublicKey) => PublicKeyInfo.Write(KeyOid.Rsa, PublicKeyInfo.Null, rsaPublicKey);
}
