using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys.Certificates;

/// <summary>The refusals of certificates and their chains.</summary>
public static class CertificateErrors
{
    /// <summary>A certificate's bytes are not those of an X.509 certificate.</summary>
    public static readonly ErrorDefinition Malformed = new("CertificateMalformed", ErrorKind.InvalidData,
        "A certificate is not valid DER, carries an extension twice, or carries one that cannot be read.",
        "Get the certificate from its authority again.");

    /// <summary>No chain of signatures leads from the signing certificate to a trusted one.</summary>
    public static readonly ErrorDefinition IssuerUnknown = new("CertificateIssuerUnknown", ErrorKind.SecurityError,
        "No chain of certificates leads from the signing certificate to one that the caller trusts.",
        "Give the root certificate of the signer's authority with -TrustedCertificate, if you trust it.");

    /// <summary>The caller gave no certificate that can end a chain.</summary>
    public static readonly ErrorDefinition NoTrustAnchor = new("NoTrustAnchor", ErrorKind.InvalidArgument,
        "None of the certificates that were given as trusted is self-signed, so no chain can end in one of them.",
        "Give the root certificate, or let a chain end in an intermediate certificate with -AllowPartialChain.");

    /// <summary>A certificate of the chain was no longer valid.</summary>
    public static readonly ErrorDefinition Expired = new("CertificateExpired", ErrorKind.SecurityError,
        "A certificate of the chain had expired at the time that the signature is judged at.",
        "Have the model signed again, or ask the signer for a signature with a timestamp.");

    /// <summary>A certificate of the chain was not valid yet.</summary>
    public static readonly ErrorDefinition NotYetValid = new("CertificateNotYetValid", ErrorKind.SecurityError,
        "A certificate of the chain was not yet valid at the time that the signature is judged at.",
        "Check this machine's clock and -VerificationTime.");

    /// <summary>A certificate issued another without being a certificate authority.</summary>
    public static readonly ErrorDefinition NotAuthority = new("CertificateNotAuthority", ErrorKind.SecurityError,
        "A certificate of the chain issued another one although it is not that of a certificate authority.",
        "Do not trust this signature; its certificate was not issued by an authority.");

    /// <summary>A certificate authority has more authorities below it than it allows.</summary>
    public static readonly ErrorDefinition PathLengthExceeded = new("CertificatePathLengthExceeded", ErrorKind.SecurityError,
        "A certificate authority of the chain has more authorities below it than its path length allows.",
        "Do not trust this signature; its certificate was issued against the authority's rules.");

    /// <summary>A certificate is used for something that its key usage does not allow.</summary>
    public static readonly ErrorDefinition UsageForbidden = new("CertificateUsageForbidden", ErrorKind.SecurityError,
        "A certificate is used for something that its key usage or extended key usage does not allow.",
        "Use a certificate that was issued for signing: digitalSignature in its key usage, or codeSigning in its extended key usage.");

    /// <summary>A certificate has a critical extension that is not understood.</summary>
    public static readonly ErrorDefinition ExtensionUnknown = new("CertificateExtensionUnknown", ErrorKind.SecurityError,
        "A certificate of the chain has a critical extension that this module does not understand.",
        "Ask the certificate's authority for one without that extension.");

    /// <summary>A certificate's name is outside those that an authority above it may certify.</summary>
    public static readonly ErrorDefinition NameForbidden = new("CertificateNameForbidden", ErrorKind.SecurityError,
        "A certificate's name is one that an authority above it in the chain may not certify (its name constraints).",
        "Do not trust this signature; its certificate was issued against the authority's rules.");

    /// <summary>The certificates offer more possible chains than are tried.</summary>
    public static readonly ErrorDefinition PathTooComplex = new("CertificatePathTooComplex", ErrorKind.LimitsExceeded,
        "The certificates offer more possible chains than are tried.",
        "Have the model signed again with only the certificates that lead to the root.");
}
