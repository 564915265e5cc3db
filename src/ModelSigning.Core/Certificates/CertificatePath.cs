using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Certificates;

/// <summary>By what a certificate path is judged (RFC 5280, section 6.1.1). All of it comes from the caller.</summary>
internal sealed record CertificatePathRules
{
    /// <summary>The instant at which every certificate, the anchor too, must be valid; both ends of a validity belong to it.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>
    /// What the caller trusts. A self-signed one can end a path; any other can be a link of it, and can end it only with
    /// <see cref="AllowPartialChain"/>.
    /// </summary>
    public required IReadOnlyList<X509Certificate2> Anchors { get; init; }

    /// <summary>Whether every certificate of <see cref="Anchors"/> can end a path, an intermediate or the leaf itself too.</summary>
    public bool AllowPartialChain { get; init; }

    /// <summary>
    /// The object identifier of an extended key usage that every certificate of the path must allow, as far as it has that
    /// extension; null allows any.
    /// </summary>
    public string? ExtendedKeyUsage { get; init; }

    /// <summary>What the search may cost; one of its own unless several share it.</summary>
    public PathBudget Budget { get; init; } = new();
}

/// <summary>
/// Finds and validates the path from a certificate to a trusted one (RFC 5280, section 6.1), the same on every operating system and
/// without a network. Nothing but the caller's anchors gives trust; revocation is not checked.
/// </summary>
internal static class CertificatePath
{
    /// <summary>The largest number of untrusted certificates that are taken into account: 64.</summary>
    public const int MaximumCandidates = 64;

    /// <summary>Validates a certificate.</summary>
    /// <param name="leaf">The certificate to validate. What it may be used for is the caller's to check, but for the extended key usage.</param>
    /// <param name="candidates">Untrusted certificates that may be links of the path, in any order; at most 64.</param>
    /// <param name="rules">The instant, the anchors and what else is required.</param>
    /// <returns>The path: the leaf first, the anchor last. It has one element when the leaf is an anchor itself.</returns>
    /// <exception cref="ModelSigningException">
    /// One of <see cref="CertificateErrors"/>: no path exists, or none that keeps the rules; then the first one that was found tells why.
    /// </exception>
    public static IReadOnlyList<X509Certificate2> Validate(
        X509Certificate2 leaf, IReadOnlyList<X509Certificate2> candidates, CertificatePathRules rules)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(rules);
        if (candidates.Count > MaximumCandidates)
        {
            throw CertificateErrors.PathTooComplex.At(
                $"{candidates.Count} certificates came with '{leaf.DisplaySubject()}'; the limit is {MaximumCandidates}.",
                leaf.DisplaySubject());
        }

        return new CertificatePathSearch(candidates, rules).Run(DecodedCertificate.Decode(leaf));
    }

    /// <summary>
    /// The first of some certificates that issued another one: an authority of the issuer's name whose key made the signature. Who issued it in turn, and
    /// whether it is valid, is not checked.
    /// </summary>
    /// <param name="certificate">The certificate that was issued.</param>
    /// <param name="candidates">The certificates that it may have been issued by; at most 64 are considered.</param>
    /// <returns>The issuer; null when none of them is it.</returns>
    /// <exception cref="ModelSigningException"><see cref="CertificateErrors.Malformed"/>.</exception>
    public static X509Certificate2? IssuerOf(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> candidates)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(candidates);
        DecodedCertificate issued = DecodedCertificate.Decode(certificate);
        return candidates.Take(MaximumCandidates).FirstOrDefault(candidate =>
            DecodedCertificate.TryDecode(candidate) is { Extensions.IsAuthority: true } issuer
            && issuer.Subject.Span.SequenceEqual(issued.Issuer.Span) && CertificateSignature.IsMadeBy(issued, issuer));
    }

    /// <summary>
    /// The certificates above one that ends a path: those that issued it, those that issued them, and so on, as far as they are at hand. Whether they are valid is not checked.
    /// </summary>
    /// <param name="anchor">The certificate at the end of a path.</param>
    /// <param name="known">The certificates at hand.</param>
    /// <exception cref="ModelSigningException"><see cref="CertificateErrors.PathTooComplex"/>: more of them have the names of issuers than are tried.</exception>
    public static IReadOnlyList<X509Certificate2> Above(X509Certificate2 anchor, IReadOnlyList<X509Certificate2> known)
    {
        ArgumentNullException.ThrowIfNull(anchor);
        ArgumentNullException.ThrowIfNull(known);
        PathBudget budget = new();
        List<X509Certificate2> above = [], left = [.. known.Where(one => !one.RawDataMemory.Span.SequenceEqual(anchor.RawDataMemory.Span))];
        for (int next = -1; next < above.Count; next++)
        {
            DecodedCertificate issued = DecodedCertificate.Decode(next < 0 ? anchor : above[next]);
            X509Certificate2[] issuers = [.. left.Where(one => one.SubjectName.RawData.AsSpan().SequenceEqual(issued.Issuer.Span) && IsIssuer(one, issued))];
            above.AddRange(issuers);
            left.RemoveAll(issuers.Contains);
        }

        return above;

        bool IsIssuer(X509Certificate2 candidate, DecodedCertificate issued) =>
            !budget.TrySignature() ? throw CertificateErrors.PathTooComplex.At($"Too many certificates have the name of what issued '{issued.Certificate.DisplaySubject()}'.", issued.Certificate.DisplaySubject())
            : DecodedCertificate.TryDecode(candidate) is { Extensions.IsAuthority: true } issuer && CertificateSignature.IsMadeBy(issued, issuer);
    }
}
