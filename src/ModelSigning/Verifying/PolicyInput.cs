using ModelSigning.Core.Policy;
using ModelSigning.Sigstore.Policy;
using ModelSigning.Sigstore.Trust;

namespace ModelSigning;

/// <summary>Reads the trust policies that parameters name, with every kind of signer that this module supports.</summary>
internal static class PolicyInput
{
    /// <summary>The kinds of signers that a policy can name.</summary>
    internal static IReadOnlyList<ISignerKind> SignerKinds { get; } =
    [
        new KeySignerKind(),
        new CertificateSignerKind(),
        new SigstoreSignerKind(name => SigstoreInstances.OfThisUser.Load(name).TrustedRoot),
    ];

    /// <summary>Reads a policy.</summary>
    /// <exception cref="Core.Errors.ModelSigningException">The policy cannot be read or used.</exception>
    internal static TrustPolicy ReadTrustPolicy(this CancellableCommand command, string path)
    {
        string full = command.FileSystemPath(path);
        return command.RunInterruptibly(_ => TrustPolicy.Read(full, SignerKinds));
    }
}
