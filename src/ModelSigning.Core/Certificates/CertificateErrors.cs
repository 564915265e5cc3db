using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Certificates;

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
    public static readonly ErrorDefinition NoTrustAnchor = new("NoTrustAnchor", ErrorKind.SecurityError,
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
        "Use a certificate that was issued for signing: digitalSignature or codeSigning, and no extended key usage without codeSigning.");

    /// <summary>A certificate has a critical extension that is not understood.</summary>
    public static readonly ErrorDefinition ExtensionUnknown = new("CertificateExtensionUnknown", ErrorKind.SecurityError,
        "A certificate of the chain has a critical extension that this module does not understand.",
        "Ask the certificate's authority for one without that extension.");

    /// <summary>A certificate's name is outside those that an authority above it may certify.</summary>
    public static readonly ErrorDefinition NameForbidden = new("CertificateNameForbidden", ErrorKind.SecurityError,
        "A certificate's name is one that an authority above it in the chain may not certify (its name constraints).",
        "Do not trust this signature; its certificate was issued against the authority's rules.");

    /// <summary>A certificate says nowhere whom it is for.</summary>
    public static readonly ErrorDefinition NameMissing = new("CertificateNameMissing", ErrorKind.SecurityError,
        "A certificate of the chain has neither a subject nor a critical subject alternative name, so it does not say whom it is for.",
        "Ask the signer for a certificate with a subject.");

    /// <summary>A subject name cannot be read.</summary>
    public static readonly ErrorDefinition SubjectInvalid = new("CertificateSubjectInvalid", ErrorKind.InvalidArgument,
        "The subject name that the signing certificate must have cannot be read, or is empty.",
        "Write the subject as Get-ModelSignature shows it, for example 'CN=Release, O=Example, C=DE'.");

    /// <summary>The certificate is valid and is another signer's.</summary>
    public static readonly ErrorDefinition SignerMismatch = new("CertificateSignerMismatch", ErrorKind.SecurityError,
        "The signing certificate is valid and was issued to another signer than the one that the caller trusts.",
        "Do not use the model, unless you find out who signed it and decide to trust them.");

    /// <summary>The certificates offer more possible chains than are tried.</summary>
    public static readonly ErrorDefinition PathTooComplex = new("CertificatePathTooComplex", ErrorKind.LimitsExceeded,
        "The certificates offer more possible chains than are tried.",
        "Have the model signed again with only the certificates that lead to the root.");

    /// <summary>The certificate file is not there.</summary>
    public static readonly ErrorDefinition NotFound = new("CertificateNotFound", ErrorKind.ObjectNotFound,
        "There is no certificate file at the given path, or no certificate of the given thumbprint in the user's and the machine's store.",
        "Check the path or the thumbprint; Get-ChildItem Cert:\\CurrentUser\\My lists the certificates of a store on Windows.");

    /// <summary>The certificate file cannot be read.</summary>
    public static readonly ErrorDefinition Unreadable = new("CertificateUnreadable", ErrorKind.ReadError,
        "The operating system does not let this user read a certificate file or store, or reported an error while it was read.",
        "Give the user read access, or look at the disk or share that holds the file.");

    /// <summary>The certificate file is larger than 1 MiB.</summary>
    public static readonly ErrorDefinition TooLarge = new("CertificateTooLarge", ErrorKind.LimitsExceeded,
        "A certificate file is larger than 1 MiB.",
        "Check that the path names certificates and not something else; give only those that are needed.");

    /// <summary>No certificate in the file or bundle.</summary>
    public static readonly ErrorDefinition Missing = new("CertificateMissing", ErrorKind.InvalidData,
        "A file or a bundle that should hold a certificate holds none.",
        "Give a file with certificates in PEM or DER, or a PKCS#12 file with a private key.");

    /// <summary>The private key is not there.</summary>
    public static readonly ErrorDefinition PrivateKeyMissing = new("CertificatePrivateKeyMissing", ErrorKind.InvalidArgument,
        "A certificate that is to sign comes without its private key.",
        "Give the key with -PrivateKey or -Pkcs11Uri, or a PKCS#12 file or a certificate of a store that holds it.");

    /// <summary>The private key cannot be used.</summary>
    public static readonly ErrorDefinition PrivateKeyUnusable = new("CertificatePrivateKeyUnusable", ErrorKind.ResourceUnavailable,
        "The operating system or the device that holds a certificate's private key refuses to use it.",
        "Check that this user may use the key, and that its smart card or token is there.");

    /// <summary>Key and certificate do not belong together.</summary>
    public static readonly ErrorDefinition KeyMismatch = new("CertificateKeyMismatch", ErrorKind.InvalidArgument,
        "The private key does not belong to the certificate that is to sign.",
        "Give the certificate that was issued for this key, the signing one first in its file.");

    /// <summary>A PKCS#12 file without a private key, or with several.</summary>
    public static readonly ErrorDefinition Pkcs12KeyMissing = new("Pkcs12KeyMissing", ErrorKind.InvalidArgument,
        "A PKCS#12 file holds no private key, or more than one, so that it does not say which certificate signs.",
        "Export the certificate together with its private key, alone in a file.");

    /// <summary>A PKCS#12 file that the password does not open.</summary>
    public static readonly ErrorDefinition Pkcs12PasswordWrong = new("Pkcs12PasswordWrong", ErrorKind.AuthenticationError,
        "The password does not open the PKCS#12 file, or none was given and one is needed.",
        "Give the password with -KeyPassword (Read-Host -AsSecureString asks for it).");

    /// <summary>The system trusts nothing.</summary>
    public static readonly ErrorDefinition SystemTrustEmpty = new("SystemTrustEmpty", ErrorKind.ResourceUnavailable,
        "The operating system's store of trusted root certificates is empty or cannot be read.",
        "Install the system's root certificates (Linux: the package ca-certificates), or give the root with -TrustedCertificate.");
}
