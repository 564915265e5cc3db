using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Trust;

/// <summary>
/// A trusted root and a signing configuration in one file (<c>dev.sigstore.trustroot.v1.ClientTrustConfig</c>): what a private
/// instance hands its users.
/// </summary>
/// <param name="TrustedRoot">What signatures are verified against.</param>
/// <param name="SigningConfig">Which services sign.</param>
public sealed record ClientTrustConfig(TrustedRoot TrustedRoot, SigningConfig SigningConfig)
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json";

    private static readonly InputRules Rules = new("client trust configuration", TrustedRootReader.MaximumLength, SigstoreErrors.TrustedRoot)
    {
        AcceptsByteOrderMark = true,
    };

    /// <summary>Reads a client trust configuration.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="ModelSigningException">
    /// <see cref="SigstoreErrors.TrustedRoot"/>, or <see cref="TrustErrors.SigningConfigInvalid"/> for its second part.
    /// </exception>
    public static ClientTrustConfig Read(string path)
    {
        using JsonDocument document = StrictJson.Parse(BoundedFile.Read(path, Rules), path, Rules);
        ProtoObject root = ProtoObject.Root(document, path, Rules);
        if (root.Text("mediaType") != MediaType)
        {
            throw root.Refuse($"its mediaType is '{root.Text("mediaType")}', not '{MediaType}'");
        }

        return new ClientTrustConfig(
            TrustedRootReader.Read(root.Message("trustedRoot") ?? throw root.Refuse("it has no 'trustedRoot'"), path),
            SigningConfigReader.Read(root.Message("signingConfig") ?? throw root.Refuse("it has no 'signingConfig'")));
    }
}
