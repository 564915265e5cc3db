using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Signing;

namespace ModelSigning;

// The certificate method: the signature carries certificates, whose root the verifiers trust.
public abstract partial class SigningCommand
{
    private protected const string CertificateSet = "Certificate", CertificateLiteralPathSet = "CertificateLiteralPath";
    private protected const string CertificateObjectSet = "CertificateObject", CertificateObjectLiteralPathSet = "CertificateObjectLiteralPath";

    private const string CertificateHelp = "The signing certificate: a file, for example ./signing.pfx, or a thumbprint.";

    /// <summary>
    /// The signing certificate: a PEM, DER or PKCS#12 file, the thumbprint of a certificate in the user's or the machine's store, a path of
    /// the Cert: drive, or an X509Certificate2 object. Its key must be on P-256, P-384 or P-521. The private key comes from the same place
    /// unless -PrivateKey or -Pkcs11Uri says where it is.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = CertificateSet, HelpMessage = CertificateHelp)]
    [Parameter(Mandatory = true, ParameterSetName = CertificateLiteralPathSet, HelpMessage = CertificateHelp)]
    [Parameter(Mandatory = true, ParameterSetName = Pkcs11CertificateSet, HelpMessage = CertificateHelp)]
    [Parameter(Mandatory = true, ParameterSetName = Pkcs11CertificateLiteralPathSet, HelpMessage = CertificateHelp)]
    [ValidateNotNull]
    [CertificateTransformation]
    [ArgumentCompleter(typeof(CertificateCompleter))]
    public object Certificate { get; set; } = "";

    private const string InputObjectHelp = "The signing certificate with its private key.";

    /// <summary>The signing certificate with its private key from the pipeline, as Get-Item writes it for the Cert: drive.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = CertificateObjectSet, HelpMessage = InputObjectHelp)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = CertificateObjectLiteralPathSet, HelpMessage = InputObjectHelp)]
    [ValidateNotNull]
    public X509Certificate2? InputObject { get; set; }

    /// <summary>
    /// The certificates above the signing one: files, each with one or several, or X509Certificate2 objects. They are written into the
    /// signature in the order given, so that a verifier needs to know the root only.
    /// </summary>
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = CertificateLiteralPathSet)]
    [Parameter(ParameterSetName = CertificateObjectSet)]
    [Parameter(ParameterSetName = CertificateObjectLiteralPathSet)]
    [Parameter(ParameterSetName = Pkcs11CertificateSet)]
    [Parameter(ParameterSetName = Pkcs11CertificateLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [CertificateTransformation]
    public object[] CertificateChain { get; set; } = [];

    private CertificateSigner MakeCertificateSigner()
    {
        bool elsewhere = PrivateKey.Length > 0;
        (IReadOnlyList<X509Certificate2> certificates, ISigningKey? key) =
            this.ReadSigningCertificate(InputObject ?? Certificate, KeyPassword, wantsKey: !elsewhere);
        return new CertificateSigner(
            Own(key ?? this.ReadPrivateKey(PrivateKey, KeyPassword)),
            [.. certificates, .. this.ReadCertificates(CertificateChain)], MakeTimestampRequest());
    }
}
