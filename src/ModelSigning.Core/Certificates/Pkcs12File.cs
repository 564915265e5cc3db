using System.Formats.Asn1;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;

namespace ModelSigning.Core.Certificates;

/// <summary>Reads PKCS#12 files (RFC 7292): a private key, its certificate and those above it.</summary>
public static class Pkcs12File
{
    /// <summary>Whether bytes have the form of a PKCS#12 file.</summary>
    /// <remarks><code>PFX ::= SEQUENCE { version INTEGER { v3(3) }, authSafe ContentInfo, macData MacData OPTIONAL }</code></remarks>
    public static bool Is(ReadOnlySpan<byte> content)
    {
        try
        {
            AsnDecoder.ReadSequence(content, AsnEncodingRules.BER, out int offset, out int length, out _);
            return AsnDecoder.TryReadInt32(content.Slice(offset, length), AsnEncodingRules.BER, out int version, out _) && version == 3;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    /// <summary>Opens a file.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <param name="password">The password; null for a file without one.</param>
    /// <param name="source">The file's path, for messages.</param>
    /// <returns>The certificate with its private key first, then those above it as far as the file has them, then the rest.</returns>
    /// <exception cref="ModelSigningException">
    /// <see cref="CertificateErrors.Pkcs12PasswordWrong"/>, <see cref="CertificateErrors.Pkcs12KeyMissing"/>, <see cref="KeyErrors.PasswordIterations"/>.
    /// </exception>
    public static IReadOnlyList<X509Certificate2> Open(byte[] content, SecureString? password, string source)
    {
        X509Certificate2Collection certificates = password is null
            ? Import(content, default, source)
            : SecretText.Use(password, secret => Import(content, secret, source));
        X509Certificate2[] withKey = [.. certificates.Where(certificate => certificate.HasPrivateKey)];
        return withKey is [var leaf]
            ? Order(leaf, certificates)
            : throw CertificateErrors.Pkcs12KeyMissing.At(
                $"The PKCS#12 file '{source}' has {(withKey.Length == 0 ? "no private key" : $"{withKey.Length} private keys")}, but must have exactly one.", source);
    }

    /// <summary>
    /// What a file may ask of the processor before its password is known to be right. Honest files have two derivations besides the MAC's:
    /// for the certificates and for the key.
    /// </summary>
    private static readonly Pkcs12LoaderLimits Limits = new()
    {
        MacIterationLimit = EncryptedKey.MostIterations,
        IndividualKdfIterationLimit = EncryptedKey.MostIterations,
        TotalKdfIterationLimit = 2 * EncryptedKey.MostIterations,

        // The file's size bounds these, and more than one key has a refusal of its own.
        MaxKeys = null,
        MaxCertificates = null,
    };

    private static X509Certificate2Collection Import(byte[] content, ReadOnlyMemory<char> password, string source)
    {
        // macOS can hold keys in a keychain only, and makes a temporary one; elsewhere the key stays in memory.
        X509KeyStorageFlags storage = OperatingSystem.IsMacOS() ? X509KeyStorageFlags.DefaultKeySet : X509KeyStorageFlags.EphemeralKeySet;
        try
        {
            return X509CertificateLoader.LoadPkcs12Collection(content, password.Span, storage, Limits);
        }
        catch (Pkcs12LoadLimitExceededException exception)
        {
            throw KeyErrors.PasswordIterations.At(
                $"The PKCS#12 file '{source}' requires more than 10,000,000 iterations of its key derivation: {exception.Message}", source, exception);
        }
        catch (CryptographicException exception)
        {
            throw CertificateErrors.Pkcs12PasswordWrong.At(
                $"The PKCS#12 file '{source}' does not open with {(password.IsEmpty ? "no password" : "the password")}: {exception.Message}", source, exception);
        }
    }

    private static List<X509Certificate2> Order(X509Certificate2 leaf, X509Certificate2Collection certificates)
    {
        List<X509Certificate2> rest = [.. certificates.Where(certificate => !ReferenceEquals(certificate, leaf))];
        List<X509Certificate2> ordered = [leaf];
        while (rest.Find(candidate => candidate.SubjectName.RawData.AsSpan().SequenceEqual(ordered[^1].IssuerName.RawData)) is { } issuer)
        {
            rest.Remove(issuer);
            ordered.Add(issuer);
        }

        return [.. ordered, .. rest];
    }
}
