using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Trust;

/// <summary>The refusals of trust configurations and registered instances.</summary>
public static class TrustErrors
{
    /// <summary>The signing configuration is not of its format.</summary>
    public static readonly ErrorDefinition SigningConfigInvalid = new("SigningConfigInvalid", ErrorKind.InvalidData,
        "The signing configuration is not of the format signingconfig.v0.2.",
        "Get the signing configuration again with Update-SigstoreTrust, or from who runs the Sigstore instance.");

    /// <summary>No service of the signing configuration can be used.</summary>
    public static readonly ErrorDefinition SigningServiceMissing = new("SigningServiceMissing", ErrorKind.ObjectNotFound,
        "The signing configuration lists no service of a needed kind that may be used now and whose version is known.",
        "Refresh the configuration with Update-SigstoreTrust, or ask who runs the Sigstore instance.");

    /// <summary>No instance of that name was registered.</summary>
    public static readonly ErrorDefinition InstanceUnknown = new("SigstoreInstanceUnknown", ErrorKind.ObjectNotFound,
        "No Sigstore instance of that name is registered for this user.",
        "Register it with Update-SigstoreTrust -Name NAME -Url URL -RootPath FILE; Get-SigstoreTrust lists those that are.");

    /// <summary>A name that cannot be one of an instance.</summary>
    public static readonly ErrorDefinition InstanceNameInvalid = new("SigstoreInstanceNameInvalid", ErrorKind.InvalidArgument,
        "A name cannot be that of a Sigstore instance, or belongs to another one.",
        "Use a name of lower-case letters, digits and '-', such as 'internal'; 'public' is the public instance's.");
}
