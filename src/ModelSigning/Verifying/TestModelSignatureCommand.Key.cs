using System.Management.Automation;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

// The key method: the signer's public key.
public sealed partial class TestModelSignatureCommand
{
    private const string KeySet = "Key", KeyLiteralPathSet = "KeyLiteralPath";

    /// <summary>
    /// The public keys of the signers you trust: PEM files, or PEM text itself. One of them must have signed.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = KeySet)]
    [Parameter(Mandatory = true, ParameterSetName = KeyLiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string[] PublicKey { get; set; } = [];

    private KeyVerifier MakeKeyVerifier() => new([.. PublicKey.Select(this.ReadPublicKey)], TimestampAuthorities());
}
