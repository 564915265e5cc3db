using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>How an authority's two certificates are made; the defaults are those of the public instance.</summary>
public sealed record AuthorityOptions
{
    /// <summary>The common name of the root; the child's is derived from it.</summary>
    public string Name { get; init; } = "fulcio";

    /// <summary>When both certificates begin; null is two hours before now.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When both certificates end; null is a year from now.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The path length of the root and of the intermediate; null is none.</summary>
    public int? RootPathLength { get; init; } = 1;

    /// <inheritdoc cref="RootPathLength"/>
    public int? IntermediatePathLength { get; init; } = 0;

    /// <summary>The extended key usages of the intermediate.</summary>
    public IReadOnlyList<string> IntermediateUsages { get; init; } = [Oids.CodeSigning];
}

/// <summary>A certificate authority: root → P-384 intermediate → leaf, with certificate timestamps.</summary>
public sealed class CertificateAuthority : IDisposable
{
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly TimeProvider _clock;

    public CertificateAuthority(TimeProvider clock, AuthorityOptions? options = null)
    {
        _clock = clock;
        DateTimeOffset now = clock.GetUtcNow();
        options ??= new AuthorityOptions();
        DateTimeOffset begin = options.NotBefore ?? now.AddHours(-2), end = options.NotAfter ?? now.AddDays(365);
        Root = CertificateFactory.SelfSigned($"O=sigstore.test, CN={options.Name}", _rootKey, begin, end, options.RootPathLength);
        Intermediate = CertificateFactory.Issue(new CertificateContent
        {
            Subject = new X500DistinguishedName($"O=sigstore.test, CN={options.Name}-intermediate"),
            Key = new PublicKey(_key),
            NotBefore = begin,
            NotAfter = end,
            Hash = HashAlgorithmName.SHA384,
            Extensions =
            [
                new X509BasicConstraintsExtension(true, options.IntermediatePathLength is not null, options.IntermediatePathLength ?? 0, true),
                new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true),
                .. CertificateFactory.ExtendedKeyUsage(options.IntermediateUsages, critical: false),
            ],
        }, Root, _rootKey);
    }

    /// <summary>The anchor.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>The certificate that issues.</summary>
    public X509Certificate2 Intermediate { get; }

    /// <summary>The issuing certificate and the anchor, as a trusted root lists them.</summary>
    public IReadOnlyList<X509Certificate2> Chain => [Intermediate, Root];

    /// <summary>Issues a leaf.</summary>
    public X509Certificate2 Issue(LeafOptions leaf, CertificateTransparencyLog log)
    {
        CertificateContent content = leaf.ToContent(_clock.GetUtcNow());
        if (leaf.Scts.Count == 0)
        {
            return CertificateFactory.Issue(content, Intermediate, _key);
        }

        // The precertificate is the final one without the extension: the same serial number, dates and order.
        using X509Certificate2 precertificate = CertificateFactory.Issue(content, Intermediate, _key);
        byte[] toBeSigned = CertificateFactory.ToBeSigned(precertificate);
        byte[] issuerKeyHash = SHA256.HashData(Intermediate.PublicKey.ExportSubjectPublicKeyInfo());
        byte[][] scts = [.. leaf.Scts.Select(sct => (sct.Log ?? log).Sign(toBeSigned, issuerKeyHash, sct, content.NotBefore))];
        return CertificateFactory.Issue(
            content with { Extensions = [.. content.Extensions, CertificateTransparencyLog.Extension(scts)] }, Intermediate, _key);
    }

    /// <summary>Signs any certificate at all with the intermediate's key.</summary>
    public X509Certificate2 Issue(CertificateContent content) => CertificateFactory.Issue(content, Intermediate, _key);

    public void Dispose()
    {
        Root.Dispose();
        Intermediate.Dispose();
        _rootKey.Dispose();
        _key.Dispose();
    }
}
