using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Certificates;

/// <summary>The refusals of certificates and their chains.</summary>
internal static class CertificateErrors
{
    /// <summary>A certificate's bytes are not those of an X.509 certificate.</summary>
    public static readonly ErrorDefinition Malformed = new("CertificateMalformed", ErrorKind.InvalidData,
        "A certificate is not valid DER, has an extension twice, or has one that cannot be read.",
        "Get the certificate again from the certificate authority.");

    /// <summary>No chain of signatures leads from the signing certificate to a trusted one.</summary>
    public static readonly ErrorDefinition IssuerUnknown = new("CertificateIssuerUnknown", ErrorKind.SecurityError,
        "No chain of certificates leads from the signing certificate to a trusted one.",
        "If you trust the signer's certificate authority, specify its root certificate with -TrustedCertificate.");

    /// <summary>The caller gave no certificate that can end a chain.</summary>
    public static readonly ErrorDefinition NoTrustAnchor = new("NoTrustAnchor", ErrorKind.SecurityError,
        "None of the trusted certificates is self-signed, so no chain can end in one of them.",
        "Specify the root certificate, or use -AllowPartialChain to accept an intermediate certificate as the end of a chain.");

    /// <summary>A certificate of the chain was no longer valid.</summary>
    public static readonly ErrorDefinition Expired = new("CertificateExpired", ErrorKind.SecurityError,
        "A certificate in the chain had expired at the time that the signature was checked for.",
        "Ask the signer to sign the model again with a timestamp.");

    /// <summary>A certificate of the chain was not valid yet.</summary>
    public static readonly ErrorDefinition NotYetValid = new("CertificateNotYetValid", ErrorKind.SecurityError,
        "A certificate in the chain was not yet valid at the time that the signature was checked for.",
        "Check this machine's clock and -VerificationTime.");

    /// <summary>A certificate issued another without being a certificate authority.</summary>
    public static readonly ErrorDefinition NotAuthority = new("CertificateNotAuthority", ErrorKind.SecurityError,
        "A certificate in the chain issued another one, but it does not belong to a certificate authority.",
        "Do not trust this signature.");

    /// <summary>A certificate authority has more authorities below it than it allows.</summary>
    public static readonly ErrorDefinition PathLengthExceeded = new("CertificatePathLengthExceeded", ErrorKind.SecurityError,
        "A certificate authority in the chain has more authorities below it than its path length allows.",
        "Do not trust this signature. Its certificate violates the rules of its authority.");

    /// <summary>A certificate is used for something that its key usage does not allow.</summary>
    public static readonly ErrorDefinition UsageForbidden = new("CertificateUsageForbidden", ErrorKind.SecurityError,
        "The key usage or extended key usage of a certificate does not allow what it is used for.",
        "Use a certificate that was issued for signing: digitalSignature or codeSigning, and no extended key usage without codeSigning.");

    /// <summary>A certificate has a critical extension that is not understood.</summary>
    public static readonly ErrorDefinition ExtensionUnknown = new("CertificateExtensionUnknown", ErrorKind.SecurityError,
        "A certificate in the chain has a critical extension that this module does not support.",
        "Ask the certificate authority for a certificate without that extension.");

    /// <summary>A certificate's name is outside those that an authority above it may certify.</summary>
    public static readonly ErrorDefinition NameForbidden = new("CertificateNameForbidden", ErrorKind.SecurityError,
        "A certificate's name violates the name constraints of an authority above it in the chain.",
        "Do not trust this signature. Its certificate violates the rules of its authority.");

    /// <summary>A certificate says nowhere whom it is for.</summary>
    public static readonly ErrorDefinition NameMissing = new("CertificateNameMissing", ErrorKind.SecurityError,
        "A certificate in the chain has neither a subject nor a critical subject alternative name, so its owner is unknown.",
        "Ask the signer for a certificate with a subject.");

    /// <summary>A subject name cannot be read.</summary>
    public static readonly ErrorDefinition SubjectInvalid = new("CertificateSubjectInvalid", ErrorKind.InvalidArgument,
        "The required subject name of the signing certificate is empty or is not valid.",
        "Use the subject that Get-ModelSignature shows, for example 'CN=Release, O=Example, C=DE'.");

    /// <summary>The certificate is valid and is another signer's.</summary>
    public static readonly ErrorDefinition SignerMismatch = new("CertificateSignerMismatch", ErrorKind.SecurityError,
        "The signing certificate is valid, but it was issued to a signer that is not trusted.",
        "Do not use the model unless you know the signer and decide to trust it.");

    /// <summary>The certificates form more possible chains than this module tries.</summary>
    public static readonly ErrorDefinition PathTooComplex = new("CertificatePathTooComplex", ErrorKind.LimitsExceeded,
        "The certificates form more possible chains than this module tries.",
        "Ask the signer to sign the model again with only the certificates that lead to the root.");

    /// <summary>The certificate file does not exist.</summary>
    public static readonly ErrorDefinition NotFound = new("CertificateNotFound", ErrorKind.ObjectNotFound,
        "The certificate file does not exist, or the user's and the machine's store have no certificate with the thumbprint.",
        "Check the path or the thumbprint. On Windows, Get-ChildItem Cert:\\CurrentUser\\My lists the certificates of the user's store.");

    /// <summary>The certificate file cannot be read.</summary>
    public static readonly ErrorDefinition Unreadable = new("CertificateUnreadable", ErrorKind.ReadError,
        "A certificate file or store cannot be read: access is denied, or the operating system reported an error.",
        "Grant the user read access, or check the disk or share that holds the file.");

    /// <summary>The certificate file is larger than 1 MiB.</summary>
    public static readonly ErrorDefinition TooLarge = new("CertificateTooLarge", ErrorKind.LimitsExceeded,
        "A certificate file is larger than 1 MiB.",
        "Check the path, and use a file with only the certificates that are needed.");

    /// <summary>No certificate in the file or bundle.</summary>
    public static readonly ErrorDefinition Missing = new("CertificateMissing", ErrorKind.InvalidData,
        "A file or a bundle does not contain a certificate.",
        "Specify a file with certificates in PEM or DER, or a PKCS#12 file with a private key.");

    /// <summary>The private key is missing.</summary>
    public static readonly ErrorDefinition PrivateKeyMissing = new("CertificatePrivateKeyMissing", ErrorKind.InvalidArgument,
        "The signing certificate has no private key.",
        "Specify the key with -PrivateKey or -Pkcs11Uri, or use a PKCS#12 file or a store certificate that includes it.");

    /// <summary>The private key cannot be used.</summary>
    public static readonly ErrorDefinition PrivateKeyUnusable = new("CertificatePrivateKeyUnusable", ErrorKind.ResourceUnavailable,
        "The operating system or a device refuses to use the certificate's private key.",
        "Check that this user is allowed to use the key, and that its smart card or token is inserted.");

    /// <summary>Key and certificate do not belong together.</summary>
    public static readonly ErrorDefinition KeyMismatch = new("CertificateKeyMismatch", ErrorKind.InvalidArgument,
        "The private key does not belong to the signing certificate.",
        "Specify the certificate that was issued for this key. It must be the first one in its file.");

    /// <summary>A PKCS#12 file without a private key, or with several.</summary>
    public static readonly ErrorDefinition Pkcs12KeyMissing = new("Pkcs12KeyMissing", ErrorKind.InvalidArgument,
        "The PKCS#12 file has no private key or more than one, so the signing certificate is not known.",
        "Export only the signing certificate, with its private key, to a file.");

    /// <summary>A PKCS#12 file that the password does not open.</summary>
    public static readonly ErrorDefinition Pkcs12PasswordWrong = new("Pkcs12PasswordWrong", ErrorKind.AuthenticationError,
        "The password of the PKCS#12 file is wrong or missing.",
        "Specify the password with -KeyPassword, for example from Read-Host -AsSecureString.");

    /// <summary>The system trusts nothing.</summary>
    public static readonly ErrorDefinition SystemTrustEmpty = new("SystemTrustEmpty", ErrorKind.ResourceUnavailable,
        "The operating system's store of trusted root certificates is empty or cannot be read.",
        "Install the system's root certificates (on Linux, the package ca-certificates), or specify the root with -TrustedCertificate.");
}
