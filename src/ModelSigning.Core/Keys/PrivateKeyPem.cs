using System.Security.Cryptography;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys;

/// <summary>
/// Private keys as PEM: PKCS#8 plain and encrypted (RFC 7468, sections 10 and 11) and SEC1 (RFC 5915).
/// </summary>
public static class PrivateKeyPem
{
    /// <summary>Reads the one private key of a text.</summary>
    /// <param name="pem">The text; whatever stands around the key, such as <c>EC PARAMETERS</c>, is passed over.</param>
    /// <param name="password">Opens an encrypted key; empty for none.</param>
    /// <param name="source">Where it comes from, for the errors.</param>
    /// <exception cref="ModelSigningException">One of <see cref="KeyErrors"/>.</exception>
    public static EcPrivateKey Parse(ReadOnlyMemory<char> pem, ReadOnlyMemory<char> password, string source)
    {
        EcPrivateKey? key = null;
        string? other = null;
        for (ReadOnlySpan<char> rest = pem.Span; PemEncoding.TryFind(rest, out PemFields fields); rest = rest[fields.Location.End..])
        {
            string label = rest[fields.Label].ToString();
            if (label is not (PemLabels.Pkcs8 or PemLabels.EncryptedPkcs8 or PemLabels.Sec1))
            {
                other = label == PemLabels.EcParameters ? other : other ?? label;
                continue;
            }

            if (key is not null)
            {
                key.Dispose();
                throw KeyErrors.KeyMalformed.At($"'{source}' contains more than one private key. Use a separate file for each.", source);
            }

            byte[] der = new byte[fields.DecodedDataLength];
            try
            {
                Convert.TryFromBase64Chars(rest[fields.Base64Data], der, out _);
                key = Decode(label, der, password.Span, source);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(der);
            }
        }

        return key ?? throw Refuse(pem.Span, other, source);
    }

    private static EcPrivateKey Decode(string label, byte[] der, ReadOnlySpan<char> password, string source)
    {
        if (label != PemLabels.EncryptedPkcs8)
        {
            return Import(label, der, source);
        }

        byte[] decrypted = password.IsEmpty
            ? throw KeyErrors.PasswordMissing.At($"The private key '{source}' is encrypted, and no password was specified.", source)
            : EncryptedKey.Decrypt(der, password, source);
        try
        {
            return Import(PemLabels.Pkcs8, decrypted, source);
        }
        catch (ModelSigningException error) when (error.Definition == KeyErrors.KeyMalformed)
        {
            // A wrong password leaves the padding in order once in 256 times.
            throw KeyErrors.PasswordWrong.At($"The password of the private key '{source}' is wrong.", source, error);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(decrypted);
        }
    }

    private static EcPrivateKey Import(string label, byte[] der, string source)
    {
        _ = label == PemLabels.Sec1 ? EcKeyFormat.OfSec1(der, source) : EcKeyFormat.OfPkcs8(der, source);
        ECDsa key = ECDsa.Create();
        try
        {
            int read;
            if (label == PemLabels.Sec1)
            {
                key.ImportECPrivateKey(der, out read);
            }
            else
            {
                key.ImportPkcs8PrivateKey(der, out read);
            }

            return read == der.Length
                ? new EcPrivateKey(key, source)
                : throw KeyErrors.KeyMalformed.At($"The private key in '{source}' has extra bytes at the end.", source);
        }
        catch (CryptographicException error)
        {
            key.Dispose();
            throw KeyErrors.KeyInvalid.At($"The private key in '{source}' cannot be used: {error.Message}", source, error);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static ModelSigningException Refuse(ReadOnlySpan<char> pem, string? label, string source)
    {
        // Headers inside a block are older than RFC 7468, so that the block is not found at all.
        if (pem.Contains("DEK-Info:", StringComparison.Ordinal) || label is "ENCRYPTED SIGSTORE PRIVATE KEY" or "ENCRYPTED COSIGN PRIVATE KEY")
        {
            return KeyErrors.KeyEncryptionUnknown.At($"The private key in '{source}' has an encryption that is not PKCS#8.", source);
        }

        return label switch
        {
            "RSA PRIVATE KEY" or "DSA PRIVATE KEY" or "OPENSSH PRIVATE KEY" => KeyErrors.KeyAlgorithmRefused.At(
                $"'{source}' contains a key of the kind '{label}', which is not supported.", source),
            PemLabels.PublicKey or PemLabels.Certificate => KeyErrors.KeyKindWrong.At($"'{source}' contains a {label.ToLowerInvariant()}, not a private key.", source),
            _ => KeyErrors.KeyMalformed.At($"'{source}' does not contain a private key in PEM ('-----BEGIN PRIVATE KEY-----').", source),
        };
    }
}
