using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys;

/// <summary>Encrypted PKCS#8 (RFC 5958, section 3), decrypted with one key derivation for each password.</summary>
/// <remarks>
/// <code>
/// EncryptedPrivateKeyInfo ::= SEQUENCE { encryptionAlgorithm AlgorithmIdentifier, encryptedData OCTET STRING }
/// PBES2-params            ::= SEQUENCE { keyDerivationFunc AlgorithmIdentifier, encryptionScheme AlgorithmIdentifier }   (RFC 8018, A.4)
/// PBKDF2-params           ::= SEQUENCE { salt OCTET STRING, iterationCount INTEGER, keyLength INTEGER OPTIONAL, prf AlgorithmIdentifier DEFAULT }
/// PBEParameter            ::= SEQUENCE { salt OCTET STRING, iterationCount INTEGER }                     (PBES1 and PKCS#12)
/// </code>
/// </remarks>
internal static class EncryptedKey
{
    /// <summary>The most rounds of a key derivation that a file may ask for. OpenSSL writes 2,048, New-ModelSigningKey 600,000.</summary>
    public const int MostIterations = 10_000_000;

    private const string Pbes2 = "1.2.840.113549.1.5.13", Pbkdf2 = "1.2.840.113549.1.5.12";

    private static readonly Dictionary<string, HashAlgorithmName> Hashes = new(StringComparer.Ordinal)
    {
        ["1.2.840.113549.2.7"] = HashAlgorithmName.SHA1,
        ["1.2.840.113549.2.9"] = HashAlgorithmName.SHA256,
        ["1.2.840.113549.2.10"] = HashAlgorithmName.SHA384,
        ["1.2.840.113549.2.11"] = HashAlgorithmName.SHA512,
    };

    private static readonly Dictionary<string, (Func<SymmetricAlgorithm> Create, int KeyLength)> Ciphers = new(StringComparer.Ordinal)
    {
        ["2.16.840.1.101.3.4.1.2"] = (Aes.Create, 16),
        ["2.16.840.1.101.3.4.1.22"] = (Aes.Create, 24),
        ["2.16.840.1.101.3.4.1.42"] = (Aes.Create, 32),
        ["1.2.840.113549.3.7"] = (TripleDES.Create, 24),
    };

    /// <summary>Decrypts a key.</summary>
    /// <returns>PKCS#8; the caller clears it.</returns>
    /// <exception cref="ModelSigningException">
    /// <see cref="KeyErrors.PasswordWrong"/>, <see cref="KeyErrors.PasswordIterations"/>, <see cref="KeyErrors.KeyMalformed"/>.
    /// </exception>
    public static byte[] Decrypt(byte[] der, ReadOnlySpan<char> password, string source)
    {
        try
        {
            AsnReader info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            AsnReader algorithm = info.ReadSequence();
            byte[] data = info.ReadOctetString();
            string oid = algorithm.ReadObjectIdentifier();
            if (oid == Pbes2)
            {
                return DecryptPbes2(algorithm.ReadSequence(), data, password, source);
            }

            CheckIterations(Parameters(algorithm), source);
            return DecryptOther(der, password);
        }
        catch (AsnContentException error)
        {
            throw KeyErrors.KeyMalformed.At($"The private key '{source}' is malformed: {error.Message}", source, error);
        }
        catch (CryptographicException error)
        {
            throw KeyErrors.PasswordWrong.At($"The password of the private key '{source}' is wrong, or its encryption is not supported: {error.Message}", source, error);
        }
    }

    private static byte[] DecryptPbes2(AsnReader parameters, byte[] data, ReadOnlySpan<char> password, string source)
    {
        AsnReader function = parameters.ReadSequence();
        AsnReader scheme = parameters.ReadSequence();
        string derivation = function.ReadObjectIdentifier();
        string cipherOid = scheme.ReadObjectIdentifier();
        if (derivation != Pbkdf2 || !Ciphers.TryGetValue(cipherOid, out (Func<SymmetricAlgorithm> Create, int KeyLength) cipher))
        {
            throw new CryptographicException($"{(derivation == Pbkdf2 ? cipherOid : derivation)} is not supported.");
        }

        AsnReader pbkdf2 = function.ReadSequence();
        byte[] salt = pbkdf2.ReadOctetString();
        int iterations = CheckIterations(pbkdf2, source);
        if (pbkdf2.HasData && pbkdf2.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            pbkdf2.ReadInteger();
        }

        string hashOid = pbkdf2.HasData ? pbkdf2.ReadSequence().ReadObjectIdentifier() : "1.2.840.113549.2.7";
        HashAlgorithmName hash = Hashes.TryGetValue(hashOid, out HashAlgorithmName known) ? known : throw new CryptographicException($"{hashOid} is not supported.");
        byte[] utf8 = new byte[Encoding.UTF8.GetByteCount(password)];
        byte[] key = new byte[cipher.KeyLength];
        try
        {
            Encoding.UTF8.GetBytes(password, utf8);
            Rfc2898DeriveBytes.Pbkdf2(utf8, salt, key, iterations, hash);
            using SymmetricAlgorithm algorithm = cipher.Create();
            algorithm.Key = key;
            return algorithm.DecryptCbc(data, scheme.ReadOctetString());
        }
        finally
        {
            CryptographicOperations.ZeroMemory(utf8);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The older schemes, as .NET reads them.</summary>
    private static byte[] DecryptOther(byte[] der, ReadOnlySpan<char> password)
    {
        using ECDsa key = ECDsa.Create();
        key.ImportEncryptedPkcs8PrivateKey(password, der, out _);
        return key.ExportPkcs8PrivateKey();
    }

    private static AsnReader Parameters(AsnReader algorithm)
    {
        AsnReader parameters = algorithm.ReadSequence();
        parameters.ReadOctetString();
        return parameters;
    }

    private static int CheckIterations(AsnReader parameters, string source)
    {
        System.Numerics.BigInteger iterations = parameters.ReadInteger();
        return iterations < 1 ? throw new AsnContentException("The iteration count is not positive.")
            : iterations <= MostIterations ? (int)iterations
            : throw KeyErrors.PasswordIterations.At(
                $"The private key '{source}' requires {iterations} iterations of its key derivation; the limit is 10,000,000.", source);
    }
}
