using System.Management.Automation;
using System.Security;

namespace ModelSigning;

// The Sigstore method: an identity that a provider confirms, and a key that is used for minutes.
public abstract partial class SigningCommand
{
    private protected const string SigstoreSet = "Sigstore", SigstoreLiteralPathSet = "SigstoreLiteralPath";

    /// <summary>
    /// Signs with your identity, by Sigstore: a CI job's own, or yours after signing in with the browser. The signature and the identity
    /// go into a transparency log, which cannot be undone.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = SigstoreSet)]
    [Parameter(Mandatory = true, ParameterSetName = SigstoreLiteralPathSet)]
    public SwitchParameter Sigstore { get; set; }

    /// <summary>
    /// An OpenID Connect identity token for the audience sigstore, for example from Get-SigstoreToken. Without it the variable
    /// SIGSTORE_ID_TOKEN is used, then what the CI or cloud service offers, then someone signs in.
    /// </summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNull]
    public SecureString? IdentityToken { get; set; }

    /// <summary>A client trust configuration of a private instance: its trusted root and its services in one file.</summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string TrustConfig { get; set; } = "";

    /// <summary>A signing_config.v0.2.json that names the services, instead of the instance's own.</summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string SigningConfig { get; set; } = "";

    /// <summary>A trusted_root.json that the services' answers are verified against, instead of the public instance's.</summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string TrustedRoot { get; set; } = "";

    /// <summary>The name of a Sigstore instance that Update-SigstoreTrust registered, to sign with instead of the public one.</summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SigstoreInstanceCompleter))]
    public string SigstoreInstance { get; set; } = "";

    /// <summary>The address of the OpenID Connect provider to sign in at, instead of the instance's.</summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string Issuer { get; set; } = "";

    /// <summary>The client identifier that signs in, and the audience of the token; by default sigstore.</summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string ClientId { get; set; } = "";

    /// <summary>The secret of the client, where the provider wants one.</summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateNotNull]
    public SecureString? ClientSecret { get; set; }

    /// <summary>
    /// How to sign in: Browser opens one on this machine; OutOfBand shows an address and asks for the code that its page shows; Device
    /// shows an address and a code to confirm there.
    /// </summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    [ValidateSet("Browser", "OutOfBand", "Device")]
    public string SignInFlow { get; set; } = "";

    /// <summary>Signs in even if the machine's CI or cloud service offers an identity. In a CI job there is never a prompt.</summary>
    [Parameter(ParameterSetName = SigstoreSet)]
    [Parameter(ParameterSetName = SigstoreLiteralPathSet)]
    public SwitchParameter SignIn { get; set; }

    private SigstoreSigningInput SigstoreInput => new()
    {
        IdentityToken = IdentityToken,
        TrustedRoot = TrustedRoot,
        SigningConfig = SigningConfig,
        TrustConfig = TrustConfig,
        SigstoreInstance = SigstoreInstance,
        Issuer = Issuer,
        ClientId = ClientId,
        ClientSecret = ClientSecret,
        SignInFlow = SignInFlow,
        SignIn = SignIn,
    };

    private SigstoreSession MakeSigstoreSigner() => SigstoreSession.Begin(this, SigstoreInput, IsForced);
}
