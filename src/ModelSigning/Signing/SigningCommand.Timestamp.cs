using System.Management.Automation;
using ModelSigning.Core.Timestamps;

namespace ModelSigning;

// A trusted timestamp beside the signature, for the methods whose signatures would not outlive a certificate or tell when they were made.
public abstract partial class SigningCommand
{
    /// <summary>
    /// The address of an RFC 3161 timestamp server. It sees a digest of the signature and nothing else. The signature then stays verifiable
    /// after the certificate has expired, for those who trust the server's authority. The server's answer is verified before the signature is written.
    /// </summary>
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = KeyLiteralPathSet)]
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = CertificateLiteralPathSet)]
    [Parameter(ParameterSetName = CertificateObjectSet)]
    [Parameter(ParameterSetName = CertificateObjectLiteralPathSet)]
    [Parameter(ParameterSetName = Pkcs11Set)]
    [Parameter(ParameterSetName = Pkcs11LiteralPathSet)]
    [Parameter(ParameterSetName = Pkcs11CertificateSet)]
    [Parameter(ParameterSetName = Pkcs11CertificateLiteralPathSet)]
    [ValidateNotNull]
    public Uri? TimestampServer { get; set; }

    /// <summary>
    /// The root certificates of timestamp authorities that you trust: files or X509Certificate2 objects. The answer of -TimestampServer must
    /// then come from one of them; otherwise it is checked by the certificate that comes with it.
    /// </summary>
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = KeyLiteralPathSet)]
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = CertificateLiteralPathSet)]
    [Parameter(ParameterSetName = CertificateObjectSet)]
    [Parameter(ParameterSetName = CertificateObjectLiteralPathSet)]
    [Parameter(ParameterSetName = Pkcs11Set)]
    [Parameter(ParameterSetName = Pkcs11LiteralPathSet)]
    [Parameter(ParameterSetName = Pkcs11CertificateSet)]
    [Parameter(ParameterSetName = Pkcs11CertificateLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [CertificateTransformation]
    public object[] TimestampCertificate { get; set; } = [];

    private Core.Signing.TimestampRequest? MakeTimestampRequest()
    {
        if (TimestampServer is null)
        {
            return null;
        }

        IReadOnlyList<TimestampAuthority>? authorities = TimestampCertificate.Length == 0
            ? null
            : TrustedTimestampAuthorities.Of(this.ReadCertificates(TimestampCertificate), allowPartialChain: false);
        return new TimestampClient(TimestampServer, authorities).Request;
    }

    /// <summary>Says, after signing, that a timestamp was added.</summary>
    private protected void NarrateTimestamp()
    {
        if (TimestampServer is not null)
        {
            WriteVerbose($"The timestamp of '{TimestampServer.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}' was verified and added.");
        }
    }
}
