using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Trust;

/// <summary>The refusals of trust configurations and registered instances.</summary>
internal static class TrustErrors
{
    /// <summary>The signing configuration is not of its format.</summary>
    public static readonly ErrorDefinition SigningConfigInvalid = new("SigningConfigInvalid", ErrorKind.InvalidData,
        "The signing configuration does not have the format signingconfig.v0.2.",
        "Get the signing configuration again with Update-SigstoreTrust, or from the operator of the Sigstore instance.");

    /// <summary>No service of the signing configuration can be used.</summary>
    public static readonly ErrorDefinition SigningServiceMissing = new("SigningServiceMissing", ErrorKind.ObjectNotFound,
        "The signing configuration does not list a required service that is valid now and has a supported version.",
        "Update the configuration with Update-SigstoreTrust, or ask the operator of the Sigstore instance.");

    /// <summary>No instance of that name was registered.</summary>
    public static readonly ErrorDefinition InstanceUnknown = new("SigstoreInstanceUnknown", ErrorKind.ObjectNotFound,
        "The Sigstore instance is not registered for this user.",
        "Register it with Update-SigstoreTrust -Name NAME -Url URL -RootPath FILE. Get-SigstoreTrust lists the registered ones.");

    /// <summary>A name that cannot be one of an instance.</summary>
    public static readonly ErrorDefinition InstanceNameInvalid = new("SigstoreInstanceNameInvalid", ErrorKind.InvalidArgument,
        "The name is not valid for a Sigstore instance, or belongs to another one.",
        "Use a name of lowercase letters, digits and '-', such as 'internal'. The name 'public' is reserved.");
}
