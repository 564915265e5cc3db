using System.Security.Cryptography.X509Certificates;

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
}
