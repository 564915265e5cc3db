using System.Security.Cryptography.X509Certificates;

namespace ModelSigning.Sigstore.Trust;

/// <summary>A certificate authority (Fulcio) that a trusted root lists.</summary>
/// <param name="Uri">The authority's address, as the root has it; may be empty.</param>
/// <param name="Certificates">From the issuing certificate to the anchor; the last is trusted, even when it is not a root.</param>
/// <param name="ValidFor">When the authority may be relied on, besides the validity of its certificates.</param>
/// <param name="Operator">Who runs it; null when the root does not say.</param>
public sealed record CertificateAuthority(
    string Uri, IReadOnlyList<X509Certificate2> Certificates, ValidityPeriod ValidFor, string? Operator);
