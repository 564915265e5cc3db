using System.Security.Cryptography;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys;

/// <summary>Encrypted PKCS#8 (RFC 5958, section 3).</summary>
internal static class EncryptedKey
{
    /// <summary>Opens a key.</summary>
    /// <exception cref="ModelSigningException">
    /// <see cref="KeyErrors.PasswordWrong"/>; <see cref="KeyErrors.KeyAlgorithmRefused"/> when the password opens another sort of key.
    /// </exception>
    public static EcPrivateKey Open(byte[] der, ReadOnlySpan<char> password, string source)
    {
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportEncryptedPkcs8PrivateKey(password, der, out _);
            return new EcPrivateKey(key, source);
        }
        catch (CryptographicException error)
        {
            key.Dispose();
            throw OpensAsRsa(der, password)
                ? KeyErrors.KeyAlgorithmRefused.At($"The key in '{source}' is of the algorithm RSA; model signatures need a key on P-256, P-384 or P-521.", source, error)
                : KeyErrors.PasswordWrong.At($"The password does not open the private key '{source}', or its encryption is not known: {error.Message}", source, error);
        }
        catch (ModelSigningException)
        {
            key.Dispose();
            throw;
        }
    }

    private static bool OpensAsRsa(byte[] der, ReadOnlySpan<char> password)
    {
        try
        {
            using RSA rsa = RSA.Create();
            rsa.ImportEncryptedPkcs8PrivateKey(password, der, out _);
            return true;
        }
        catch (CryptographicException)
        {
            // Neither: the password it is.
            return false;
        }
    }
}
