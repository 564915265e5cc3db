using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>The refusals of PKCS#11 tokens.</summary>
internal static class Pkcs11Errors
{
    /// <summary>The URI breaks RFC 7512.</summary>
    public static readonly ErrorDefinition UriMalformed = new("Pkcs11UriMalformed", ErrorKind.InvalidArgument,
        "The PKCS#11 URI is not valid according to RFC 7512, or has an attribute twice.",
        "Use the URI that Get-Pkcs11Key shows.");

    /// <summary>The URI does not say enough to find one key.</summary>
    public static readonly ErrorDefinition UriIncomplete = new("Pkcs11UriIncomplete", ErrorKind.InvalidArgument,
        "The PKCS#11 URI is incomplete: it needs the module, the token or slot, and the key's id or object.",
        "Use the URI that Get-Pkcs11Key shows.");

    /// <summary>The module does not exist.</summary>
    public static readonly ErrorDefinition ModuleNotFound = new("Pkcs11ModuleNotFound", ErrorKind.ObjectNotFound,
        "The PKCS#11 module was not found in the searched folders or at the specified path.",
        "Install the token's software, or specify the path of the module's file: with Get-Pkcs11Key -ModulePath, or with module-path in a URI.");

    /// <summary>The file is not a module.</summary>
    public static readonly ErrorDefinition ModuleUnusable = new("Pkcs11ModuleUnusable", ErrorKind.ResourceUnavailable,
        "The file cannot be loaded as a PKCS#11 module.",
        "Check that the file is a PKCS#11 module for this processor architecture, and that its dependencies are installed.");

    /// <summary>The token does not exist.</summary>
    public static readonly ErrorDefinition TokenNotFound = new("Pkcs11TokenNotFound", ErrorKind.ObjectNotFound,
        "No token of the PKCS#11 module matches the URI.",
        "Insert the token, and compare the URI with the output of Get-Pkcs11Key.");

    /// <summary>Several tokens fit.</summary>
    public static readonly ErrorDefinition TokenAmbiguous = new("Pkcs11TokenAmbiguous", ErrorKind.InvalidArgument,
        "The URI matches more than one token, or a PIN was specified for more than one.",
        "Add serial or slot-id to the URI. For Get-Pkcs11Key, use -Token and -ModulePath.");

    /// <summary>The key does not exist.</summary>
    public static readonly ErrorDefinition KeyNotFound = new("Pkcs11KeyNotFound", ErrorKind.ObjectNotFound,
        "No private key on the token matches the URI.",
        "Compare the URI with the output of Get-Pkcs11Key. Tokens show private keys only after the PIN is entered.");

    /// <summary>Several keys fit.</summary>
    public static readonly ErrorDefinition KeyAmbiguous = new("Pkcs11KeyAmbiguous", ErrorKind.InvalidArgument,
        "The URI matches more than one private key on the token.",
        "Add the key's id to the URI. Get-Pkcs11Key lists it.");

    /// <summary>The key cannot sign models.</summary>
    public static readonly ErrorDefinition KeyUnusable = new("Pkcs11KeyUnusable", ErrorKind.InvalidArgument,
        "The token's key cannot sign models: it is not an elliptic curve key, is not allowed to sign, or has no public key on the token.",
        "Use a key pair on P-256, P-384 or P-521 that is allowed to sign, and store its public key or certificate on the token.");

    /// <summary>The signature belongs to none of the public keys.</summary>
    public static readonly ErrorDefinition KeyMismatch = new("Pkcs11KeyMismatch", ErrorKind.InvalidArgument,
        "The token's signature does not match any public key on the token, or does not match the specified certificate.",
        "Store the public key or certificate on the token, or specify the certificate that was issued for this key.");

    /// <summary>The PIN is wrong.</summary>
    public static readonly ErrorDefinition PinWrong = new("Pkcs11PinWrong", ErrorKind.AuthenticationError,
        "The PIN is wrong. It was tried once.",
        "Specify the correct PIN. The token locks itself after a few wrong ones.");

    /// <summary>The PIN is locked.</summary>
    public static readonly ErrorDefinition PinLocked = new("Pkcs11PinLocked", ErrorKind.AuthenticationError,
        "The token is locked after too many wrong PINs.",
        "Ask the token's administrator to unlock it.");

    /// <summary>No PIN.</summary>
    public static readonly ErrorDefinition PinRequired = new("Pkcs11PinRequired", ErrorKind.AuthenticationError,
        "The token requires a PIN, none was specified, and the session cannot prompt.",
        "Specify the PIN with -Pin, with pin-source in the URI, or with the environment variable PKCS11_PIN.");

    /// <summary>The PIN's file cannot be read.</summary>
    public static readonly ErrorDefinition PinSourceUnusable = new("Pkcs11PinSourceUnusable", ErrorKind.ReadError,
        "The file in pin-source does not exist, cannot be read, or is too large for a PIN.",
        "Use an absolute path, and check the file's permissions.");

    /// <summary>The token is gone.</summary>
    public static readonly ErrorDefinition TokenRemoved = new("Pkcs11TokenRemoved", ErrorKind.ResourceUnavailable,
        "The token was removed, or its session ended, while it was in use.",
        "Insert the token and run the command again. Nothing was written.");

    /// <summary>Any other failure.</summary>
    public static readonly ErrorDefinition TokenFailed = new("Pkcs11TokenFailed", ErrorKind.ResourceUnavailable,
        "The token reported an error, or returned a signature that is not valid.",
        "Look up the error code in the token's documentation.");
}
