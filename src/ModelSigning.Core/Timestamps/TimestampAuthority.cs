using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;

namespace ModelSigning.Core.Timestamps;

/// <summary>A timestamp authority that the caller trusts.</summary>
/// <param name="Certificates">
/// The certificate that signs timestamps first, unless the authority is known by its certificate authorities only; the anchor last,
/// which may be an intermediate, or the only one.
/// </param>
/// <param name="ValidFrom">The first instant at which its timestamps are trusted; null for any.</param>
/// <param name="ValidUntil">The last instant at which its timestamps are trusted; null for any.</param>
/// <param name="Name">The authority in one line, for a person.</param>
public sealed record TimestampAuthority(
    IReadOnlyList<X509Certificate2> Certificates, DateTimeOffset? ValidFrom, DateTimeOffset? ValidUntil, string Name);

/// <summary>A timestamp that was verified.</summary>
/// <param name="Time">The instant that the authority confirms.</param>
/// <param name="Authority">The authority.</param>
/// <param name="Signer">The certificate that signed the timestamp.</param>
public sealed record VerifiedTimestamp(DateTimeOffset Time, TimestampAuthority Authority, X509Certificate2 Signer)
{
    /// <summary>The validated path of the certificate that signed the timestamp, that one first.</summary>
    internal IReadOnlyList<X509Certificate2> Path { get; init; } = [];
}

/// <summary>Makes timestamp authorities of the certificates that a caller trusts for timestamps.</summary>
public static class TrustedTimestampAuthorities
{
    /// <summary>
    /// Every self-signed certificate is the anchor of an authority; other certificate authorities can be links of its path; a certificate
    /// that signs timestamps itself serves for tokens that carry none.
    /// </summary>
    /// <param name="certificates">The certificates, in any order.</param>
    /// <param name="allowPartialChain">Whether every certificate can be an anchor.</param>
    /// <exception cref="Errors.ModelSigningException"><see cref="CertificateErrors.NoTrustAnchor"/>, <see cref="CertificateErrors.Malformed"/>.</exception>
    public static IReadOnlyList<TimestampAuthority> Of(IReadOnlyList<X509Certificate2> certificates, bool allowPartialChain)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        DecodedCertificate[] all = [.. certificates.Select(DecodedCertificate.Decode)];
        DecodedCertificate[] anchors = [.. all.Where(one => allowPartialChain || CertificateSignature.IsSelfSigned(one))];
        if (certificates.Count > 0 && anchors.Length == 0)
        {
            throw CertificateErrors.NoTrustAnchor.At(
                $"None of the {certificates.Count} certificates that are trusted for timestamps is self-signed. Specify the authority's root.");
        }

        X509Certificate2[] links = [.. all.Where(one => one.Extensions.IsAuthority).Select(one => one.Certificate)];
        X509Certificate2[] signers = [.. all.Where(one => !one.Extensions.IsAuthority).Select(one => one.Certificate)];
        return
        [
            .. from anchor in anchors
               from signer in signers
               select Authority([signer, .. links], anchor),
            .. from anchor in anchors
               where anchor.Extensions.IsAuthority
               select Authority(links, anchor),
        ];
    }

    private static TimestampAuthority Authority(IEnumerable<X509Certificate2> others, DecodedCertificate anchor) => new(
        [.. others.Where(one => !ReferenceEquals(one, anchor.Certificate)), anchor.Certificate], null, null, anchor.Certificate.DisplaySubject());
}
