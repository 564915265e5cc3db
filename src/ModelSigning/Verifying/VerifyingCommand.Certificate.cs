using System.Management.Automation;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Timestamps;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

// The certificate method: the root certificates of the signers.
public abstract partial class VerifyingCommand
{
    private protected const string CertificateSet = "Certificate", CertificateLiteralPathSet = "CertificateLiteralPath";
    private const string SubjectHelp = "The subject of the signing certificate, for example CN=Model Release, O=Example.";
    private protected const string SystemTrustSet = "SystemTrust", SystemTrustLiteralPathSet = "SystemTrustLiteralPath";

    private const string TrustedCertificateHelp = "The file of the root certificate that you trust, for example ./company-root.pem.";

    /// <summary>
    /// The certificates that you trust: files, each with one or several, wildcards expanded, or X509Certificate2 objects. The signing certificate must lead to a
    /// self-signed one of them; others may be links in between. Certificates of the signature itself give no trust.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = CertificateSet, HelpMessage = TrustedCertificateHelp)]
    [Parameter(Mandatory = true, ParameterSetName = CertificateLiteralPathSet, HelpMessage = TrustedCertificateHelp)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [CertificateTransformation]
    public object[] TrustedCertificate { get; set; } = [];

    /// <summary>
    /// Trusts every root certificate that the operating system trusts. Anyone can get a certificate there, so -Subject must name the signer, and
    /// the certificate must have been issued for code signing. The chain is judged by this module's rules, and no network is used.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = SystemTrustSet)]
    [Parameter(Mandatory = true, ParameterSetName = SystemTrustLiteralPathSet)]
    public SwitchParameter SystemTrust { get; set; }

    /// <summary>
    /// The subject that the signing certificate must have, for example 'CN=Model Release, O=Example Corp, C=DE': the same attributes in the same order.
    /// Upper and lower case differ. Required with -SystemTrust. Without it, -TrustedCertificate accepts everyone with a certificate from that authority.
    /// </summary>
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = CertificateLiteralPathSet)]
    [Parameter(Mandatory = true, ParameterSetName = SystemTrustSet, HelpMessage = SubjectHelp)]
    [Parameter(Mandatory = true, ParameterSetName = SystemTrustLiteralPathSet, HelpMessage = SubjectHelp)]
    [ValidateNotNullOrEmpty]
    public string Subject { get; set; } = "";

    /// <summary>Lets the chain end in any certificate of -TrustedCertificate, an intermediate or the signing certificate itself too.</summary>
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = CertificateLiteralPathSet)]
    public SwitchParameter AllowPartialChain { get; set; }

    /// <summary>
    /// The instant at which all certificates must be valid, whatever a timestamp says; by default the time of a verified timestamp,
    /// else now. A time without a zone is one of this machine's zone.
    /// </summary>
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = CertificateLiteralPathSet)]
    [Parameter(ParameterSetName = SystemTrustSet)]
    [Parameter(ParameterSetName = SystemTrustLiteralPathSet)]
    public DateTimeOffset? VerificationTime { get; set; }

    /// <summary>
    /// The root certificates of timestamp authorities that you trust: files or X509Certificate2 objects. A timestamp of theirs tells when
    /// the model was signed, and the signing certificate need only have been valid then. Timestamps of others are not used.
    /// </summary>
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = KeyLiteralPathSet)]
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = CertificateLiteralPathSet)]
    [Parameter(ParameterSetName = SystemTrustSet)]
    [Parameter(ParameterSetName = SystemTrustLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [CertificateTransformation]
    public object[] TimestampCertificate { get; set; } = [];

    private CertificateVerifier MakeCertificateVerifier() => new(new CertificateTrust
    {
        Certificates = SystemTrust ? CertificateStore.SystemTrust() : this.ReadCertificates(TrustedCertificate),
        AllowPartialChain = AllowPartialChain,
        Subject = Subject.Length > 0 ? CertificateSubject.Parse(Subject) : null,
        RequiresCodeSigning = SystemTrust,
        TimestampAuthorities = TimestampAuthorities(),
        VerificationTime = VerificationTime,
    });

    private IReadOnlyList<TimestampAuthority> TimestampAuthorities() =>
    [
        .. TrustedTimestampAuthorities.Of(this.ReadCertificates(TimestampCertificate), AllowPartialChain),
        .. TrustedRoot.Length == 0 ? [] : this.LoadTrust(TrustedRoot, "", "").TrustedRoot.TimestampAuthorities.Select(listed => listed.Authority),
    ];
}
