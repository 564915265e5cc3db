using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Trust;

namespace ModelSigning;

/// <summary>The trust that -TrustedRoot, -TrustConfig and -SigstoreInstance choose; none of them is the public instance's. No network is used.</summary>
internal static class TrustInput
{
    /// <summary>Loads the trust; called on the pipeline's thread, because paths are the session's.</summary>
    /// <exception cref="ModelSigningException">The trust cannot be loaded.</exception>
    internal static SigstoreTrust LoadTrust(this CancellableCommand command, string trustedRoot, string trustConfig, string instance)
    {
        string[] given = [.. new[] { trustedRoot, trustConfig, instance }.Where(text => text.Length > 0)];
        if (given.Length > 1)
        {
            throw CommandErrors.TrustGivenTwice.At($"'{given[0]}' and '{given[1]}' cannot be used together.");
        }

        if (trustedRoot.Length > 0)
        {
            string path = command.FileSystemPath(trustedRoot);
            return OfFile(path, command.RunInterruptibly(_ => TrustedRootReader.Read(path)), null);
        }

        if (trustConfig.Length > 0)
        {
            string path = command.FileSystemPath(trustConfig);
            ClientTrustConfig config = command.RunInterruptibly(_ => ClientTrustConfig.Read(path));
            return OfFile(path, config.TrustedRoot, config.SigningConfig);
        }

        return command.RunInterruptibly(_ => SigstoreInstances.OfThisUser.Load(instance.Length > 0 ? instance : null));
    }

    private static SigstoreTrust OfFile(string path, TrustedRoot root, SigningConfig? services) => new()
    {
        Name = System.IO.Path.GetFileName(path),
        Origin = TrustOrigin.File,
        Location = path,
        TrustedRoot = root,
        SigningConfig = services,
    };
}
