using System.Management.Automation;
using System.Security;
using ModelSigning.Core.Signing;

namespace ModelSigning;

// The key method: a key pair, whose public half the verifiers have.
public abstract partial class SigningCommand
{
    private protected const string KeySet = "Key", KeyLiteralPathSet = "KeyLiteralPath";

    private const string PrivateKeyHelp = "The file of the private key that signs, for example ./release.key.";

    /// <summary>
    /// The private key: a PEM file with a key on P-256, P-384 or P-521, as PKCS#8, encrypted PKCS#8 or SEC1. New-ModelSigningKey makes one.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = KeySet, HelpMessage = PrivateKeyHelp)]
    [Parameter(Mandatory = true, ParameterSetName = KeyLiteralPathSet, HelpMessage = PrivateKeyHelp)]
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = CertificateLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string PrivateKey { get; set; } = "";

    /// <summary>
    /// The password of the private key or of the PKCS#12 file, for example from Get-Secret. The command prompts for it when the key is encrypted and none is specified. It is not encrypted in
    /// memory on Linux and macOS.
    /// </summary>
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = KeyLiteralPathSet)]
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = CertificateLiteralPathSet)]
    [ValidateNotNull]
    public SecureString? KeyPassword { get; set; }

    private KeySigner MakeKeySigner() => new(Own(this.ReadPrivateKey(PrivateKey, KeyPassword)), MakeTimestampRequest());
}
