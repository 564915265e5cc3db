using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>The refusals of the TUF client (The Update Framework 1.0.34, section 5).</summary>
public static class TufErrors
{
    private const string Attack = "Do not use what the repository offers; ask who runs it. What was trusted before stays in use.";

    /// <summary>Metadata that is not of its format.</summary>
    public static readonly ErrorDefinition TufMetadataMalformed = new("TufMetadataMalformed", ErrorKind.InvalidData,
        "A metadata file of the trust repository is not of its format.", Attack);

    /// <summary>Too few valid signatures.</summary>
    public static readonly ErrorDefinition TufThresholdNotMet = new("TufThresholdNotMet", ErrorKind.SecurityError,
        "A metadata file of the trust repository carries fewer valid signatures than its role demands.", Attack);

    /// <summary>An older version than the one that is trusted.</summary>
    public static readonly ErrorDefinition TufRollback = new("TufRollback", ErrorKind.SecurityError,
        "The trust repository offers an older version than the one that is already trusted.", Attack);

    /// <summary>A version that was not announced.</summary>
    public static readonly ErrorDefinition TufVersionMismatch = new("TufVersionMismatch", ErrorKind.SecurityError,
        "The trust repository offers another version of a metadata file than the one that was announced.", Attack);

    /// <summary>Metadata whose time has passed.</summary>
    public static readonly ErrorDefinition TufExpired = new("TufExpired", ErrorKind.SecurityError,
        "A metadata file of the trust repository has expired, so newer trust may be withheld from this machine.",
        "Check this machine's clock, and run Update-SigstoreTrust again; ask who runs the repository if that does not help.");

    /// <summary>Content of another length or digest.</summary>
    public static readonly ErrorDefinition TufContentMismatch = new("TufContentMismatch", ErrorKind.SecurityError,
        "A file of the trust repository has not the length or the digest that signed metadata give for it.", Attack);

    /// <summary>More bytes than the bound.</summary>
    public static readonly ErrorDefinition TufTooLarge = new("TufTooLarge", ErrorKind.LimitsExceeded,
        "A file of the trust repository is larger than its bound.", Attack);

    /// <summary>A file that must be there is not.</summary>
    public static readonly ErrorDefinition TufFileMissing = new("TufFileMissing", ErrorKind.ObjectNotFound,
        "The trust repository lacks a file that its metadata name.",
        "Check the repository's address; ask who runs it if it is right.");

    /// <summary>A target that no role lists.</summary>
    public static readonly ErrorDefinition TufTargetUnknown = new("TufTargetUnknown", ErrorKind.ObjectNotFound,
        "No role of the trust repository lists the target.",
        "Check the target's name and the repository's address.");

    /// <summary>The repository cannot be reached.</summary>
    public static readonly ErrorDefinition TufUnreachable = new("TufRepositoryUnreachable", ErrorKind.ConnectionError,
        "The trust repository could not be reached, or broke off.",
        "Check the address and the network, and run the command again; what was trusted before stays in use.");

    /// <summary>An address that is not used.</summary>
    public static readonly ErrorDefinition TufAddressInvalid = new("TufAddressInvalid", ErrorKind.InvalidArgument,
        "The address of a trust repository is not https, or has a user name, a password, a query or a fragment.",
        "Specify an https address with nothing but host, port and path; http is used on loopback only.");

    /// <summary>There is no root to start from.</summary>
    public static readonly ErrorDefinition TufRootMissing = new("TufRootMissing", ErrorKind.ObjectNotFound,
        "There is no trusted TUF root to start from.",
        "Specify the repository's root.json, which you got through a channel that you trust, with -RootPath.");

    /// <summary>Another process updates.</summary>
    public static readonly ErrorDefinition TufCacheBusy = new("TufCacheBusy", ErrorKind.ResourceUnavailable,
        "Another process has been updating the same trust for longer than was waited.",
        "Run the command again when the other process has ended.");

    /// <summary>The local files are not what an update left.</summary>
    public static readonly ErrorDefinition TufCacheDamaged = new("TufCacheDamaged", ErrorKind.SecurityError,
        "The trust that an earlier update stored on this machine cannot be read or does not verify any more.",
        "Run the command that the message names. If it happens again, check who else can write to the folder.");
}
