using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys;

/// <summary>The refusals of keys.</summary>
internal static class KeyErrors
{
    /// <summary>The key file does not exist.</summary>
    public static readonly ErrorDefinition KeyNotFound = new("KeyNotFound", ErrorKind.ObjectNotFound,
        "The key file does not exist.",
        "Check the path. A relative path starts at the current directory or, in a trust policy, at the policy's folder.");

    /// <summary>The key file cannot be read.</summary>
    public static readonly ErrorDefinition KeyUnreadable = new("KeyUnreadable", ErrorKind.ReadError,
        "The key file cannot be read: access is denied, or the operating system reported an error.",
        "Grant the user read access, or check the disk or share that holds the file.");

    /// <summary>The key file is larger than 1 MiB.</summary>
    public static readonly ErrorDefinition KeyTooLarge = new("KeyTooLarge", ErrorKind.LimitsExceeded,
        "The key file is larger than 1 MiB.",
        "Check that the path is that of a key.");

    /// <summary>No key in the file.</summary>
    public static readonly ErrorDefinition KeyMalformed = new("KeyMalformed", ErrorKind.InvalidData,
        "The file contains no PEM key, more than one, or one that is not valid.",
        "Use a PEM file: PKCS#8 or SEC1 for a private key, SubjectPublicKeyInfo for a public key.");

    /// <summary>A private key where a public one is wanted, or the reverse, or a certificate.</summary>
    public static readonly ErrorDefinition KeyKindWrong = new("KeyKindWrong", ErrorKind.InvalidArgument,
        "The file contains the wrong kind of key: a private key instead of a public key, the reverse, or a certificate.",
        "Use the other file of the pair. For a certificate, use -Certificate or -TrustedCertificate.");

    /// <summary>RSA, Ed25519 or another algorithm (OMS v1.0, 4.2: elliptic curves).</summary>
    public static readonly ErrorDefinition KeyAlgorithmRefused = new("KeyAlgorithmRefused", ErrorKind.InvalidArgument,
        "The key is not an elliptic curve key. RSA, Ed25519 and other keys are not supported.",
        "Use a key on the curve P-256, P-384 or P-521. New-ModelSigningKey creates one.");

    /// <summary>secp256k1, explicit parameters or another curve.</summary>
    public static readonly ErrorDefinition KeyCurveRefused = new("KeyCurveRefused", ErrorKind.InvalidArgument,
        "The key's elliptic curve is not P-256, P-384 or P-521, or is described by parameters instead of its name.",
        "Use a key on the curve P-256, P-384 or P-521. New-ModelSigningKey creates one.");

    /// <summary>The key is not a point of its curve, or its halves do not match.</summary>
    public static readonly ErrorDefinition KeyInvalid = new("KeyInvalid", ErrorKind.InvalidData,
        "The key is not valid: its point is not on the curve, or its private and public halves do not match.",
        "Get the key again from its source, or create a new one.");

    /// <summary>An encrypted key without a password.</summary>
    public static readonly ErrorDefinition PasswordMissing = new("PasswordMissing", ErrorKind.AuthenticationError,
        "The private key is encrypted, and no password was specified.",
        "Specify the password as a SecureString, for example from Read-Host -AsSecureString, with the parameter in the message.");

    /// <summary>A password without a character for a new key.</summary>
    public static readonly ErrorDefinition PasswordEmpty = new("PasswordEmpty", ErrorKind.InvalidArgument,
        "The password for a new private key is empty.",
        "Specify a password, or use -NoPassword for a key without one.");

    /// <summary>The password does not open the key.</summary>
    public static readonly ErrorDefinition PasswordWrong = new("PasswordWrong", ErrorKind.AuthenticationError,
        "The password of the private key is wrong, or the key's encryption is not supported.",
        "Check the password. To encrypt the key in a supported format, use openssl pkcs8 -topk8 -v2 aes-256-cbc.");

    /// <summary>A key derivation that would take minutes.</summary>
    public static readonly ErrorDefinition PasswordIterations = new("PasswordIterations", ErrorKind.LimitsExceeded,
        "An encrypted private key or a PKCS#12 file requires more than 10,000,000 iterations of its key derivation.",
        "Encrypt the key again with fewer iterations, such as 600,000. Do not use the file if it is not yours.");

    /// <summary>An older or foreign encryption.</summary>
    public static readonly ErrorDefinition KeyEncryptionUnknown = new("KeyEncryptionUnknown", ErrorKind.NotImplemented,
        "The private key is encrypted in a format that is not supported: the older PEM encryption (Proc-Type, DEK-Info) or that of cosign.",
        "Convert it to PKCS#8: openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.pem -out new.pem.");

    /// <summary>A key file that exists was not to be replaced.</summary>
    public static readonly ErrorDefinition KeyFileExists = new("KeyFileExists", ErrorKind.ResourceExists,
        "The key file already exists, and an overwritten key cannot be recovered.",
        "Specify another path, or use -Force to replace the key.");
}
