using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Http;

/// <summary>The refusals that any service's address can meet.</summary>
internal static class ServiceErrors
{
    /// <summary>The address of a service would send tokens or signatures unencrypted.</summary>
    public static readonly ErrorDefinition ServiceInsecure = new("ServiceInsecure", ErrorKind.SecurityError,
        "The address of a Sigstore service is neither https nor on this machine.",
        "Use an https address in the signing configuration or the -Issuer parameter.");
}
