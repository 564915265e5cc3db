using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>What a certificate says; every part of it a test's choice.</summary>
public sealed record CertificateContent
{
    public required X500DistinguishedName Subject { get; init; }

    public required PublicKey Key { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA384;

    public IReadOnlyList<X509Extension> Extensions { get; init; } = [];

    /// <summary>The serial number, big-endian and positive.</summary>
    public byte[] Serial { get; init; } = CertificateFactory.NewSerial();
}

/// <summary>Makes certificates with .NET's own builder.</summary>
public static class CertificateFactory
{
    /// <summary>A self-signed authority.</summary>
    public static X509Certificate2 SelfSigned(string name, ECDsa key, DateTimeOffset notBefore, DateTimeOffset notAfter, int? pathLength)
    {
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, pathLength is not null, pathLength ?? 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), notBefore, notAfter, NewSerial());
    }

    /// <summary>A certificate signed by another's key.</summary>
    public static X509Certificate2 Issue(CertificateContent content, X509Certificate2 issuer, ECDsa issuerKey)
    {
        CertificateRequest request = new(content.Subject, content.Key, content.Hash);
        foreach (X509Extension extension in content.Extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(content.Key, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        return request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), content.NotBefore, content.NotAfter, content.Serial);
    }

    /// <summary>An extended key usage extension, or nothing for no usages.</summary>
    public static IEnumerable<X509Extension> ExtendedKeyUsage(IReadOnlyList<string> usages, bool critical)
    {
        OidCollection oids = [];
        foreach (string usage in usages)
        {
            oids.Add(new Oid(usage));
        }

        return usages.Count == 0 ? [] : [new X509EnhancedKeyUsageExtension(oids, critical)];
    }

    /// <summary>The TBSCertificate's bytes.</summary>
    public static byte[] ToBeSigned(X509Certificate2 certificate) =>
        new AsnReader(certificate.RawData, AsnEncodingRules.DER).ReadSequence().ReadEncodedValue().ToArray();

    /// <summary>A random positive serial number of 20 bytes.</summary>
    public static byte[] NewSerial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(20);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }
}
