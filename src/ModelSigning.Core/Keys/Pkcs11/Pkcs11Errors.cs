using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>The refusals of PKCS#11 tokens.</summary>
public static class Pkcs11Errors
{
    /// <summary>The URI breaks RFC 7512.</summary>
    public static readonly ErrorDefinition UriMalformed = new("Pkcs11UriMalformed", ErrorKind.InvalidArgument,
        "A PKCS#11 URI breaks the rules of RFC 7512, or has an attribute twice.",
        "Take the URI as Get-Pkcs11Key writes it.");

    /// <summary>The URI does not say enough to find one key.</summary>
    public static readonly ErrorDefinition UriIncomplete = new("Pkcs11UriIncomplete", ErrorKind.InvalidArgument,
        "A PKCS#11 URI does not say enough to find one key: the module, the token or slot, and the key's id or object.",
        "Take the URI as Get-Pkcs11Key writes it.");

    /// <summary>The module is not there.</summary>
    public static readonly ErrorDefinition ModuleNotFound = new("Pkcs11ModuleNotFound", ErrorKind.ObjectNotFound,
        "There is no PKCS#11 module of the given name in the folders that are searched, or none at the given path.",
        "Install the token's software, or give the module's file with module-path in the URI.");

    /// <summary>The file is no module.</summary>
    public static readonly ErrorDefinition ModuleUnusable = new("Pkcs11ModuleUnusable", ErrorKind.ResourceUnavailable,
        "The file that was found cannot be loaded as a PKCS#11 module.",
        "Check that the file is a PKCS#11 module for this processor architecture, and that what it needs is installed.");

    /// <summary>The token is not there.</summary>
    public static readonly ErrorDefinition TokenNotFound = new("Pkcs11TokenNotFound", ErrorKind.ObjectNotFound,
        "The PKCS#11 module has no token that the URI describes.",
        "Put the token in, and compare the URI with what Get-Pkcs11Key lists.");

    /// <summary>Several tokens fit.</summary>
    public static readonly ErrorDefinition TokenAmbiguous = new("Pkcs11TokenAmbiguous", ErrorKind.InvalidArgument,
        "The URI describes more than one token, or a PIN was given for more than one.",
        "Add serial or slot-id to the URI, or name the token for Get-Pkcs11Key with -Token and its module with -ModulePath.");

    /// <summary>The key is not there.</summary>
    public static readonly ErrorDefinition KeyNotFound = new("Pkcs11KeyNotFound", ErrorKind.ObjectNotFound,
        "The token has no private key that the URI describes.",
        "Compare the URI with what Get-Pkcs11Key lists; tokens show private keys only after the PIN was given.");

    /// <summary>Several keys fit.</summary>
    public static readonly ErrorDefinition KeyAmbiguous = new("Pkcs11KeyAmbiguous", ErrorKind.InvalidArgument,
        "The token has more than one private key that the URI describes.",
        "Name the key by its id in the URI, as Get-Pkcs11Key lists it.");

    /// <summary>The key cannot sign models.</summary>
    public static readonly ErrorDefinition KeyUnusable = new("Pkcs11KeyUnusable", ErrorKind.InvalidArgument,
        "The token's key cannot sign models: it is not an elliptic curve key, may not sign, or its public half is not on the token.",
        "Use a key pair on P-256, P-384 or P-521 that may sign; put its public key or certificate on the token as well.");

    /// <summary>The signature belongs to none of the public keys.</summary>
    public static readonly ErrorDefinition KeyMismatch = new("Pkcs11KeyMismatch", ErrorKind.InvalidArgument,
        "The token's signature does not verify with any public key that the token holds, or with the certificate that was given.",
        "Put the key's public half or certificate on the token, or give the certificate that was issued for this key.");

    /// <summary>The PIN is wrong.</summary>
    public static readonly ErrorDefinition PinWrong = new("Pkcs11PinWrong", ErrorKind.AuthenticationError,
        "The token refused the PIN; it was tried once and is not tried again.",
        "Give the right PIN; after a few wrong ones the token locks itself.");

    /// <summary>The PIN is locked.</summary>
    public static readonly ErrorDefinition PinLocked = new("Pkcs11PinLocked", ErrorKind.AuthenticationError,
        "The token has locked itself after too many wrong PINs.",
        "Have the token's administrator unlock it.");

    /// <summary>No PIN.</summary>
    public static readonly ErrorDefinition PinRequired = new("Pkcs11PinRequired", ErrorKind.AuthenticationError,
        "The token asks for a PIN, none was given, and nobody can be asked.",
        "Give the PIN with -Pin, with pin-source in the URI, or in the environment variable PKCS11_PIN.");

    /// <summary>The PIN's file cannot be read.</summary>
    public static readonly ErrorDefinition PinSourceUnusable = new("Pkcs11PinSourceUnusable", ErrorKind.ReadError,
        "The file that pin-source names is not there, cannot be read, or is larger than a PIN.",
        "Check the path, which must be absolute, and the file's permissions.");

    /// <summary>The token is gone.</summary>
    public static readonly ErrorDefinition TokenRemoved = new("Pkcs11TokenRemoved", ErrorKind.ResourceUnavailable,
        "The token was removed, or its session ended, while it was used.",
        "Put the token in and run the command again; nothing was written.");

    /// <summary>Any other failure.</summary>
    public static readonly ErrorDefinition TokenFailed = new("Pkcs11TokenFailed", ErrorKind.ResourceUnavailable,
        "The token reported an error, or made a signature that is not one.",
        "Look the code in the message up in the token's documentation.");
}
