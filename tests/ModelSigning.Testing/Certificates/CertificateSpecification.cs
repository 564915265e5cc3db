using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Testing.Certificates;

/// <summary>What a test certificate shall look like, right or wrong.</summary>
public sealed record CertificateSpecification
{
    /// <summary>The extended key usage of code signing.</summary>
    public const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    /// <summary>The extended key usage of timestamps.</summary>
    public const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    /// <summary>A day in the middle of every validity here that does not say otherwise.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The subject's name.</summary>
    public required string Subject { get; init; }

    /// <summary>The subject in an encoding that no text becomes, in place of <see cref="Subject"/>.</summary>
    public ReadOnlyMemory<byte>? SubjectDer { get; init; }

    /// <summary>The key; null makes one on P-256.</summary>
    public AsymmetricAlgorithm? Key { get; init; }

    /// <summary>The first instant of the validity.</summary>
    public DateTimeOffset NotBefore { get; init; } = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The last instant of the validity.</summary>
    public DateTimeOffset NotAfter { get; init; } = new(2099, 12, 31, 23, 59, 59, TimeSpan.Zero);

    /// <summary>The value of basicConstraints; null leaves the extension out.</summary>
    public bool? IsAuthority { get; init; }

    /// <summary>The path length of basicConstraints; null leaves it out.</summary>
    public int? PathLength { get; init; }

    /// <summary>The key usage; null leaves the extension out.</summary>
    public X509KeyUsageFlags? KeyUsage { get; init; }

    /// <summary>The extended key usages; none leaves the extension out.</summary>
    public IReadOnlyList<string> ExtendedKeyUsage { get; init; } = [];

    /// <summary>Whether the extended key usage is critical.</summary>
    public bool ExtendedKeyUsageIsCritical { get; init; }

    /// <summary>Whether subject and authority key identifiers are there.</summary>
    public bool KeyIdentifiers { get; init; } = true;

    /// <summary>Further extensions.</summary>
    public IReadOnlyList<X509Extension> Extensions { get; init; } = [];

    /// <summary>How an issuer with an RSA key signs.</summary>
    public RSASignaturePadding RsaPadding { get; init; } = RSASignaturePadding.Pkcs1;

    /// <summary>Makes the signature in place of the issuer's key; null for that key.</summary>
    public X509SignatureGenerator? Generator { get; init; }

    /// <summary>A certificate authority.</summary>
    public static CertificateSpecification Authority(string name) => new()
    {
        Subject = $"CN={name}",
        IsAuthority = true,
        KeyUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign,
    };

    /// <summary>A certificate that signs models.</summary>
    public static CertificateSpecification Leaf(string name) => new()
    {
        Subject = $"CN={name}",
        IsAuthority = false,
        KeyUsage = X509KeyUsageFlags.DigitalSignature,
    };

    /// <summary>A certificate that signs timestamps.</summary>
    public static CertificateSpecification TimestampSigner(string name) => Leaf(name) with
    {
        ExtendedKeyUsage = [TimeStamping],
        ExtendedKeyUsageIsCritical = true,
    };
}
