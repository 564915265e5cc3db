using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Testing.Certificates;

/// <summary>A certificate with its key: an authority that can issue others, or a leaf.</summary>
public sealed class TestCertificate : IDisposable
{
    private TestCertificate(X509Certificate2 certificate, AsymmetricAlgorithm key)
    {
        Certificate = certificate;
        Key = key;
    }

    /// <summary>The certificate without its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The private key: ECDSA or RSA.</summary>
    public AsymmetricAlgorithm Key { get; }

    /// <summary>The certificate as PEM with a final line end.</summary>
    public string CertificatePem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>The private key as unencrypted PKCS#8 PEM with a final line end.</summary>
    public string KeyPem => Key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>The certificate together with its private key, in memory.</summary>
    public X509Certificate2 WithPrivateKey() => Key is RSA rsa ? Certificate.CopyWithPrivateKey(rsa) : Certificate.CopyWithPrivateKey((ECDsa)Key);

    /// <summary>Makes a self-signed certificate.</summary>
    public static TestCertificate SelfSigned(CertificateSpecification specification) => Make(specification, null);

    /// <summary>Issues a certificate in this one's name, signed by this one's key.</summary>
    public TestCertificate Issue(CertificateSpecification specification) => Make(specification, this);

    /// <summary>Ends the key's life.</summary>
    public void Dispose()
    {
        Certificate.Dispose();
        Key.Dispose();
    }

    private static TestCertificate Make(CertificateSpecification specification, TestCertificate? issuer)
    {
        AsymmetricAlgorithm key = specification.Key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X500DistinguishedName subject = specification.SubjectDer is { } der ? new(der.Span) : new(specification.Subject);
        CertificateRequest request = key is RSA rsaKey
            ? new CertificateRequest(subject, rsaKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        X509SignatureGenerator generator = specification.Generator ?? GeneratorOf(issuer?.Key ?? key, specification.RsaPadding);
        AddExtensions(request, specification, issuer);
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x01);
        using X509Certificate2 made = request.Create(
            issuer?.Certificate.SubjectName ?? subject, generator, specification.NotBefore, specification.NotAfter, serial);
        return new TestCertificate(X509CertificateLoader.LoadCertificate(made.RawData), key);
    }

    private static X509SignatureGenerator GeneratorOf(AsymmetricAlgorithm key, RSASignaturePadding padding) => key is RSA rsa
        ? X509SignatureGenerator.CreateForRSA(rsa, padding)
        : X509SignatureGenerator.CreateForECDsa((ECDsa)key);

    private static void AddExtensions(CertificateRequest request, CertificateSpecification specification, TestCertificate? issuer)
    {
        if (specification.IsAuthority is { } authority)
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
                authority, specification.PathLength is not null, specification.PathLength ?? 0, critical: true));
        }

        if (specification.KeyUsage is { } usage)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        }

        if (specification.ExtendedKeyUsage.Count > 0)
        {
            OidCollection usages = [];
            foreach (string oid in specification.ExtendedKeyUsage)
            {
                usages.Add(new Oid(oid));
            }

            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, specification.ExtendedKeyUsageIsCritical));
        }

        if (specification.KeyIdentifiers)
        {
            X509SubjectKeyIdentifierExtension own = new(request.PublicKey, critical: false);
            request.CertificateExtensions.Add(own);
            ReadOnlyMemory<byte>? authorityKey = issuer is null
                ? own.SubjectKeyIdentifierBytes
                : issuer.Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault()?.SubjectKeyIdentifierBytes;
            if (authorityKey is { } identifier)
            {
                request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier.Span));
            }
        }

        foreach (X509Extension extension in specification.Extensions)
        {
            request.CertificateExtensions.Add(extension);
        }
    }

    /// <summary>An extension that nobody knows.</summary>
    public static X509Extension UnknownExtension(bool critical)
    {
        AsnWriter value = new(AsnEncodingRules.DER);
        value.WriteNull();
        return new X509Extension("1.3.6.1.4.1.99999.1", value.Encode(), critical);
    }
}
