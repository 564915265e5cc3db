using System.Management.Automation;
using System.Security;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

// The key method: the signer's public key.
public abstract partial class VerifyingCommand
{
    private protected const string KeySet = "Key", KeyLiteralPathSet = "KeyLiteralPath";

    private const string PublicKeyHelp = "The file of the public key that you trust, for example ./release.pub.";

    /// <summary>
    /// The public keys of the signers you trust: PEM files or PEM text, certificates or PKCS#12 files, of which only the key counts, or
    /// PKCS#11 URIs (pkcs11:...). Wildcards in a path are expanded. One of the keys must have signed.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = KeySet, HelpMessage = PublicKeyHelp)]
    [Parameter(Mandatory = true, ParameterSetName = KeyLiteralPathSet, HelpMessage = PublicKeyHelp)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(Pkcs11Completer))]
    [LiteralPathTransformation]
    public string[] PublicKey { get; set; } = [];

    /// <summary>The password of a PKCS#12 file that -PublicKey names.</summary>
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = KeyLiteralPathSet)]
    [ValidateNotNull]
    public SecureString? KeyPassword { get; set; }

    /// <summary>The PIN of a token that -PublicKey names; most tokens show public keys without it.</summary>
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = KeyLiteralPathSet)]
    [ValidateNotNull]
    public SecureString? Pin { get; set; }

    private KeyVerifier MakeKeyVerifier() => new(
        [.. PublicKey.SelectMany(source => this.ReadPublicKeys(source, KeyPassword, Pin))], TimestampAuthorities());
}
