using System.Management.Automation;
using System.Security;

namespace ModelSigning;

/// <summary>A command that gets an identity token, and the services to use it with.</summary>
public abstract class IdentityCommand : CancellableCommand
{
    /// <summary>A client trust configuration of a private instance: its trusted root and its services in one file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string TrustConfig { get; set; } = "";

    /// <summary>A signing_config.v0.2.json that names the services, instead of the instance's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string SigningConfig { get; set; } = "";

    /// <summary>The name of a Sigstore instance that Update-SigstoreTrust registered, to sign with instead of the public one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SigstoreInstanceCompleter))]
    public string SigstoreInstance { get; set; } = "";

    /// <summary>The address of the OpenID Connect provider to sign in at, instead of the instance's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Issuer { get; set; } = "";

    /// <summary>The client identifier that signs in, and the audience of the token; by default sigstore.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ClientId { get; set; } = "";

    /// <summary>The secret of the client, where the provider wants one.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? ClientSecret { get; set; }

    /// <summary>
    /// How to sign in: Browser opens one on this machine; OutOfBand shows an address and asks for the code that its page shows; Device
    /// shows an address and a code to confirm there.
    /// </summary>
    [Parameter]
    [ValidateSet("Browser", "OutOfBand", "Device")]
    public string SignInFlow { get; set; } = "";

    /// <summary>Signs in even if the machine's CI or cloud service offers an identity. In a CI job there is never a prompt.</summary>
    [Parameter]
    public SwitchParameter SignIn { get; set; }

    /// <summary>What the parameters say; a command with more parameters adds to it.</summary>
    private protected SigstoreSigningInput SigningInput => new()
    {
        SigningConfig = SigningConfig,
        TrustConfig = TrustConfig,
        SigstoreInstance = SigstoreInstance,
        Issuer = Issuer,
        ClientId = ClientId,
        ClientSecret = ClientSecret,
        SignInFlow = SignInFlow,
        SignIn = SignIn,
    };
}
