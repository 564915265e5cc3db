using System.Management.Automation;
using System.Security;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Keys.Pkcs11;
using ModelSigning.Core.Signing;

namespace ModelSigning;

// Keys that never leave their token: with a public key at the verifiers, or with a certificate.
public abstract partial class SigningCommand
{
    private protected const string Pkcs11Set = "Pkcs11", Pkcs11LiteralPathSet = "Pkcs11LiteralPath";
    private protected const string Pkcs11CertificateSet = "Pkcs11Certificate", Pkcs11CertificateLiteralPathSet = "Pkcs11CertificateLiteralPath";

    private readonly List<IDisposable> _owned = [];

    private const string Pkcs11UriHelp = "The URI of the private key, as Get-Pkcs11Key lists it: pkcs11:token=...;object=...";

    /// <summary>
    /// The private key in a PKCS#11 token, as an RFC 7512 URI: pkcs11:token=…;object=…?module-path=…. Get-Pkcs11Key lists the URIs. With
    /// -Certificate the signature carries the certificate; without it the verifiers need the public key.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = Pkcs11Set, HelpMessage = Pkcs11UriHelp)]
    [Parameter(Mandatory = true, ParameterSetName = Pkcs11LiteralPathSet, HelpMessage = Pkcs11UriHelp)]
    [Parameter(Mandatory = true, ParameterSetName = Pkcs11CertificateSet, HelpMessage = Pkcs11UriHelp)]
    [Parameter(Mandatory = true, ParameterSetName = Pkcs11CertificateLiteralPathSet, HelpMessage = Pkcs11UriHelp)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Pkcs11Completer))]
    public string Pkcs11Uri { get; set; } = "";

    /// <summary>
    /// The token's PIN. Without it the PIN comes from pin-source or pin-value of the URI, from the environment variable PKCS11_PIN, or is
    /// asked for. It is tried once. It is not encrypted in memory on Linux and macOS.
    /// </summary>
    [Parameter(ParameterSetName = Pkcs11Set)]
    [Parameter(ParameterSetName = Pkcs11LiteralPathSet)]
    [Parameter(ParameterSetName = Pkcs11CertificateSet)]
    [Parameter(ParameterSetName = Pkcs11CertificateLiteralPathSet)]
    [ValidateNotNull]
    public SecureString? Pin { get; set; }

    /// <summary>Folders to search for the module that the URI names by module-name, before the usual ones.</summary>
    [Parameter(ParameterSetName = Pkcs11Set)]
    [Parameter(ParameterSetName = Pkcs11LiteralPathSet)]
    [Parameter(ParameterSetName = Pkcs11CertificateSet)]
    [Parameter(ParameterSetName = Pkcs11CertificateLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Pkcs11Completer))]
    [LiteralPathTransformation]
    public string[] ModulePath { get; set; } = [];

    private KeySigner MakePkcs11Signer() => new(Own(OpenToken(certified: null)), MakeTimestampRequest());

    private CertificateSigner MakePkcs11CertificateSigner()
    {
        IReadOnlyList<System.Security.Cryptography.X509Certificates.X509Certificate2> certificates =
            this.ReadSigningCertificate(Certificate, password: null, wantsKey: false).Certificates;
        return new CertificateSigner(Own(OpenToken(certificates[0].EcPublicKey())), [.. certificates, .. this.ReadCertificates(CertificateChain)], MakeTimestampRequest());
    }

    // Beside the pipeline's thread, so that Ctrl+C does not wait for a token that hangs; the PIN is asked for on it.
    private Pkcs11SigningKey OpenToken(EcPublicKey? certified)
    {
        Core.Keys.Pkcs11.Pkcs11Uri uri = Core.Keys.Pkcs11.Pkcs11Uri.Parse(Pkcs11Uri);
        string[] folders = [.. ModulePath.Select(this.FileSystemPath)];
        return RunInterruptibly(pipeline => Pkcs11SigningKey.Open(uri, folders, this.PinSources(Pin, pipeline), certified));
    }

    private ISigningKey Own(ISigningKey key)
    {
        if (key is IDisposable disposable)
        {
            _owned.Add(disposable);
        }

        return key;
    }
}
