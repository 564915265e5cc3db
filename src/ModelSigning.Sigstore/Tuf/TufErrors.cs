using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>The refusals of the TUF client (The Update Framework 1.0.34, section 5).</summary>
internal static class TufErrors
{
    private const string Attack = "Do not use this repository, and ask its operator. The trust that was stored before stays in use.";

    /// <summary>Metadata that is not of its format.</summary>
    public static readonly ErrorDefinition TufMetadataMalformed = new("TufMetadataMalformed", ErrorKind.InvalidData,
        "A metadata file of the trust repository is not valid.", Attack);

    /// <summary>Too few valid signatures.</summary>
    public static readonly ErrorDefinition TufThresholdNotMet = new("TufThresholdNotMet", ErrorKind.SecurityError,
        "A metadata file of the trust repository has fewer valid signatures than its role requires.", Attack);

    /// <summary>An older version than the one that is trusted.</summary>
    public static readonly ErrorDefinition TufRollback = new("TufRollback", ErrorKind.SecurityError,
        "The trust repository has an older version than the one that is already trusted.", Attack);

    /// <summary>A version that was not announced.</summary>
    public static readonly ErrorDefinition TufVersionMismatch = new("TufVersionMismatch", ErrorKind.SecurityError,
        "The version of a metadata file in the trust repository is not the expected one.", Attack);

    /// <summary>Metadata whose time has passed.</summary>
    public static readonly ErrorDefinition TufExpired = new("TufExpired", ErrorKind.SecurityError,
        "A metadata file of the trust repository has expired, so the repository may hide newer trust.",
        "Check this machine's clock, and run Update-SigstoreTrust again. If the error returns, ask the operator of the repository.");

    /// <summary>Content of another length or digest.</summary>
    public static readonly ErrorDefinition TufContentMismatch = new("TufContentMismatch", ErrorKind.SecurityError,
        "The length or digest of a file in the trust repository does not match the signed metadata.", Attack);

    /// <summary>More bytes than the bound.</summary>
    public static readonly ErrorDefinition TufTooLarge = new("TufTooLarge", ErrorKind.LimitsExceeded,
        "A file of the trust repository exceeds the size limit.", Attack);

    /// <summary>A file that must be there is not.</summary>
    public static readonly ErrorDefinition TufFileMissing = new("TufFileMissing", ErrorKind.ObjectNotFound,
        "A file that the metadata list is missing from the trust repository.",
        "Check the repository's address. If it is right, ask the operator of the repository.");

    /// <summary>A target that no role lists.</summary>
    public static readonly ErrorDefinition TufTargetUnknown = new("TufTargetUnknown", ErrorKind.ObjectNotFound,
        "The target is not listed by any role in the trust repository.",
        "Check the target's name and the repository's address.");

    /// <summary>The repository cannot be reached.</summary>
    public static readonly ErrorDefinition TufUnreachable = new("TufRepositoryUnreachable", ErrorKind.ConnectionError,
        "The trust repository could not be reached, or closed the connection.",
        "Check the address and the network, and run the command again. The trust that was stored before stays in use.");

    /// <summary>An address that is not used.</summary>
    public static readonly ErrorDefinition TufAddressInvalid = new("TufAddressInvalid", ErrorKind.InvalidArgument,
        "The address of a trust repository is not https, or has a user name, a password, a query or a fragment.",
        "Specify an https address with only host, port and path. http is allowed only for this machine.");

    /// <summary>There is no root to start from.</summary>
    public static readonly ErrorDefinition TufRootMissing = new("TufRootMissing", ErrorKind.ObjectNotFound,
        "No trusted TUF root was found.",
        "Get the repository's root.json through a channel that you trust, and specify it with -RootPath.");

    /// <summary>Another process updates.</summary>
    public static readonly ErrorDefinition TufCacheBusy = new("TufCacheBusy", ErrorKind.ResourceUnavailable,
        "Another process is still updating the same trust.",
        "Run the command again after the other process has ended.");

    /// <summary>The local files are not what an update left.</summary>
    public static readonly ErrorDefinition TufCacheDamaged = new("TufCacheDamaged", ErrorKind.SecurityError,
        "The Sigstore trust that is stored on this machine cannot be read or is no longer valid.",
        "Run the command in the message. If the error returns, check who else can write to the folder.");
}
