using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Core.Certificates;

/// <summary>The operating system's certificate stores.</summary>
public static class CertificateStore
{
    private const int Sha1Length = 40;
    private const int Sha256Length = 64;

    /// <summary>Whether a text has the form of a thumbprint: 40 (SHA-1) or 64 (SHA-256) hexadecimal digits, spaces and colons aside.</summary>
    public static bool IsThumbprint(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string digits = Digits(text);
        return digits.Length is Sha1Length or Sha256Length && digits.All(char.IsAsciiHexDigit);
    }

    /// <summary>Looks for a certificate in the user's own store, then in the machine's; one with its private key goes first.</summary>
    /// <param name="thumbprint">The SHA-1 or SHA-256 of its DER in hexadecimal, as Windows and openssl show it.</param>
    /// <exception cref="Errors.ModelSigningException"><see cref="CertificateErrors.NotFound"/>.</exception>
    public static X509Certificate2 Find(string thumbprint)
    {
        ArgumentNullException.ThrowIfNull(thumbprint);
        string digits = Digits(thumbprint);
        HashAlgorithmName algorithm = digits.Length == Sha256Length ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;
        IReadOnlyList<X509Certificate2> all = Personal();
        X509Certificate2? found = all
            .Where(certificate => certificate.GetCertHashString(algorithm).Equals(digits, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(certificate => certificate.HasPrivateKey).FirstOrDefault();
        foreach (X509Certificate2 other in all.Where(other => !ReferenceEquals(other, found)))
        {
            other.Dispose();
        }

        return found ?? throw CertificateErrors.NotFound.At(
                $"Neither the user's nor the machine's store has a certificate with the thumbprint {digits}.", digits);
    }

    /// <summary>The certificates of the user's own store, then those of the machine's. No private key is touched.</summary>
    public static IReadOnlyList<X509Certificate2> Personal() =>
        [.. Read(StoreName.My, StoreLocation.CurrentUser), .. Read(StoreName.My, StoreLocation.LocalMachine)];

    /// <summary>The root certificates that the operating system trusts, for this module's own path validation. No network is used.</summary>
    /// <exception cref="Errors.ModelSigningException"><see cref="CertificateErrors.SystemTrustEmpty"/>.</exception>
    public static IReadOnlyList<X509Certificate2> SystemTrust() =>
        Read(StoreName.Root, StoreLocation.LocalMachine).Concat(Read(StoreName.Root, StoreLocation.CurrentUser))
            .DistinctBy(certificate => certificate.Sha256Fingerprint(), StringComparer.Ordinal).ToArray() is { Length: > 0 } roots
            ? roots
            : throw CertificateErrors.SystemTrustEmpty.At("The operating system's store of trusted root certificates is empty or cannot be read.");

    /// <summary>Windows puts an invisible mark in front of a thumbprint that is copied from its dialog.</summary>
    private static string Digits(string text) => string.Concat(text.Where(character => character is not (' ' or ':' or '\u200E')));

    private static X509Certificate2[] Read(StoreName name, StoreLocation location)
    {
        try
        {
            using X509Store store = new(name, location);
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            return [.. store.Certificates];
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
        {
            // Linux has no store of the machine's own certificates, and a fresh user has none at all.
            return [];
        }
    }
}
