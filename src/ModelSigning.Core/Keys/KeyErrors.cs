using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys;

/// <summary>The refusals of keys.</summary>
public static class KeyErrors
{
    /// <summary>The key file is not there.</summary>
    public static readonly ErrorDefinition KeyNotFound = new("KeyNotFound", ErrorKind.ObjectNotFound,
        "There is no key file at the given path.",
        "Check the path; a relative one starts at the current directory, and in a trust policy at the policy's folder.");

    /// <summary>The key file cannot be read.</summary>
    public static readonly ErrorDefinition KeyUnreadable = new("KeyUnreadable", ErrorKind.ReadError,
        "The operating system does not let this user read the key file, or reported an error while it was read.",
        "Give the user read access to the file, or look at the disk or share that holds it.");

    /// <summary>The key file is larger than 1 MiB.</summary>
    public static readonly ErrorDefinition KeyTooLarge = new("KeyTooLarge", ErrorKind.LimitsExceeded,
        "The key file is larger than 1 MiB, which no key is.",
        "Check that the path names the key and not something else.");

    /// <summary>No key in the file.</summary>
    public static readonly ErrorDefinition KeyMalformed = new("KeyMalformed", ErrorKind.InvalidData,
        "The file holds no key in PEM, more than one, or one that breaks its format.",
        "Give a PEM file: PKCS#8 or SEC1 for a private key, SubjectPublicKeyInfo for a public one.");

    /// <summary>A private key where a public one is wanted, or the reverse, or a certificate.</summary>
    public static readonly ErrorDefinition KeyKindWrong = new("KeyKindWrong", ErrorKind.InvalidArgument,
        "The file holds a private key where a public one is wanted, a public one where a private one is, or a certificate.",
        "Give the other file of the pair; a certificate goes to -Certificate or -TrustedCertificate.");

    /// <summary>RSA, Ed25519 or another algorithm (OMS v1.0, 4.2: elliptic curves).</summary>
    public static readonly ErrorDefinition KeyAlgorithmRefused = new("KeyAlgorithmRefused", ErrorKind.InvalidArgument,
        "The key is not an elliptic curve key (it is RSA, Ed25519 or another), and model signatures have no other.",
        "Use a key on the curve P-256, P-384 or P-521; New-ModelSigningKey makes one.");

    /// <summary>secp256k1, explicit parameters or another curve.</summary>
    public static readonly ErrorDefinition KeyCurveRefused = new("KeyCurveRefused", ErrorKind.InvalidArgument,
        "The key's elliptic curve is none of P-256, P-384 and P-521, or is described by parameters instead of its name.",
        "Use a key on the curve P-256, P-384 or P-521; New-ModelSigningKey makes one.");

    /// <summary>The key is no point of its curve, or its halves do not belong together.</summary>
    public static readonly ErrorDefinition KeyInvalid = new("KeyInvalid", ErrorKind.InvalidData,
        "The key's numbers are wrong: its point is not on the curve, or its private and public half do not belong together.",
        "Fetch the key again from where it was made, or make a new one.");

    /// <summary>An encrypted key without a password.</summary>
    public static readonly ErrorDefinition PasswordMissing = new("PasswordMissing", ErrorKind.AuthenticationError,
        "The private key is encrypted and no password was given.",
        "Give the password with the parameter that the message names, as a SecureString (Read-Host -AsSecureString asks for one).");

    /// <summary>A password without a character for a new key.</summary>
    public static readonly ErrorDefinition PasswordEmpty = new("PasswordEmpty", ErrorKind.InvalidArgument,
        "The password for a new private key is empty.",
        "Give a password, or ask for a key without one in so many words (-NoPassword).");

    /// <summary>The password does not open the key.</summary>
    public static readonly ErrorDefinition PasswordWrong = new("PasswordWrong", ErrorKind.AuthenticationError,
        "The password does not open the private key, or the key is encrypted in a way that is not known.",
        "Check the password; openssl pkcs8 -topk8 -v2 aes-256-cbc encrypts a key in the usual way.");

    /// <summary>A key derivation that would take minutes.</summary>
    public static readonly ErrorDefinition PasswordIterations = new("PasswordIterations", ErrorKind.LimitsExceeded,
        "An encrypted private key or a PKCS#12 file asks for more than 10,000,000 rounds of its key derivation.",
        "Encrypt the key again with fewer rounds, such as 600,000, or do not use the file if it is not yours.");

    /// <summary>An older or foreign encryption.</summary>
    public static readonly ErrorDefinition KeyEncryptionUnknown = new("KeyEncryptionUnknown", ErrorKind.NotImplemented,
        "The private key is encrypted in an older way (Proc-Type, DEK-Info) or in one of another tool (cosign), which is not read.",
        "Encrypt it as PKCS#8: openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.pem -out new.pem.");

    /// <summary>A key file that exists was not to be replaced.</summary>
    public static readonly ErrorDefinition KeyFileExists = new("KeyFileExists", ErrorKind.ResourceExists,
        "A file of the new key's name exists, and a key that is overwritten is lost.",
        "Name another path, or use -Force to replace the key.");
}
