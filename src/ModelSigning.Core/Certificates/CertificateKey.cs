using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;

namespace ModelSigning.Core.Certificates;

/// <summary>
/// The private key that belongs to a certificate object: from a PKCS#12 file, or in a store, where it may never leave its provider or
/// smart card.
/// </summary>
public sealed class CertificateKey : ISigningKey, IDisposable
{
    private readonly ECDsa _key;
    private readonly string _name;

    private CertificateKey(ECDsa key, EcPublicKey publicKey, string name)
    {
        _key = key;
        PublicKey = publicKey;
        _name = name;
    }

    /// <inheritdoc/>
    public EcCurve Curve => PublicKey.Curve;

    /// <summary>The public half, which is the certificate's.</summary>
    public EcPublicKey PublicKey { get; }

    /// <summary>Opens the private key of a certificate.</summary>
    /// <exception cref="ModelSigningException">
    /// <see cref="CertificateErrors.PrivateKeyMissing"/>, <see cref="CertificateErrors.PrivateKeyUnusable"/>, or one of <see cref="KeyErrors"/>
    /// for a key that is on none of the curves.
    /// </exception>
    public static CertificateKey Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        string subject = certificate.DisplaySubject();
        EcPublicKey publicKey = certificate.EcPublicKey();
        try
        {
            return certificate.GetECDsaPrivateKey() is { } key
                ? new CertificateKey(key, publicKey, subject)
                : throw CertificateErrors.PrivateKeyMissing.At($"The certificate '{subject}' has no private key.", subject);
        }
        catch (CryptographicException exception)
        {
            throw Unusable(subject, exception);
        }
    }

    /// <inheritdoc/>
    public byte[] SignDigest(ReadOnlySpan<byte> digest)
    {
        try
        {
            return _key.SignHash(digest, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException exception)
        {
            throw Unusable(_name, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private static ModelSigningException Unusable(string subject, CryptographicException exception) => CertificateErrors.PrivateKeyUnusable.At(
        $"The private key of the certificate '{subject}' cannot be used: {exception.Message}", subject, exception);
}
