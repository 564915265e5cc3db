using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Sigstore.Keys;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>A public key that the caller holds and trusts, for signatures made without a certificate.</summary>
public sealed class ManagedKey
{
    private const int MaximumLength = 1024 * 1024;
    private static readonly InputRules Rules = new("public key", MaximumLength, SigstoreErrors.Key);

    private ManagedKey(VerificationKey key) => Key = key;

    /// <summary>The key.</summary>
    public VerificationKey Key { get; }

    /// <summary>The hint that Sigstore's clients write: base64 of the SHA-256 of the key in DER.</summary>
    public string Hint => Convert.ToBase64String(SHA256.HashData(Key.SubjectPublicKeyInfo.Span));

    /// <summary>The hint that OMS tools write: lower-case hexadecimal SHA-256 of the key's PEM text with its final line feed.</summary>
    public string PemHint
    {
        get
        {
            string pem = new string(PemEncoding.Write("PUBLIC KEY", Key.SubjectPublicKeyInfo.Span)) + "\n";
            return Hexadecimal.Write(SHA256.HashData(Encoding.ASCII.GetBytes(pem)));
        }
    }

    /// <summary>Reads a key from a PEM file (<c>PUBLIC KEY</c>, RFC 7468, section 13); text around the block is ignored.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="ModelSigningException"><see cref="SigstoreErrors.Key"/>.</exception>
    public static ManagedKey Read(string path)
    {
        string text = Encoding.Latin1.GetString(BoundedFile.Read(path, Rules));
        if (!PemEncoding.TryFind(text, out PemFields fields) || text[fields.Label] != "PUBLIC KEY")
        {
            throw SigstoreErrors.Key.At($"'{path}' does not contain a public key in PEM ('-----BEGIN PUBLIC KEY-----').", path);
        }

        byte[] der = new byte[fields.DecodedDataLength];
        string? reason = "its base64 is not valid";
        return Convert.TryFromBase64Chars(text.AsSpan(fields.Base64Data), der, out _) && VerificationKey.TryImport(der, out VerificationKey? key, out reason)
            ? new ManagedKey(key)
            : throw SigstoreErrors.Key.At($"The public key in '{path}' cannot be used: {reason}.", path);
    }
}
