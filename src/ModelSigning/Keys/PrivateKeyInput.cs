using System.Security;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;

namespace ModelSigning;

/// <summary>Reads the private keys that parameters name. A password is asked for only when the key turns out to need one.</summary>
internal static class PrivateKeyInput
{
    /// <summary>Reads a private key; called on the pipeline's thread, because it may ask for the password.</summary>
    /// <param name="command">Whose path it is, and whose host is asked.</param>
    /// <param name="path">The key file, its name taken as it is.</param>
    /// <param name="password">The password that was given; null for none.</param>
    /// <exception cref="ModelSigningException">The key cannot be read, or its password is wrong or missing.</exception>
    internal static EcPrivateKey ReadPrivateKey(this CancellableCommand command, string path, SecureString? password)
    {
        string full = command.FileSystemPath(path);
        try
        {
            return command.RunInterruptibly(_ => KeyFile.ReadPrivate(full, password));
        }
        catch (ModelSigningException refusal) when (refusal.Definition == KeyErrors.PasswordMissing && password is null)
        {
            using SecureString asked = command.AskForSecret($"Password of the private key '{full}'", "-KeyPassword");
            return command.RunInterruptibly(_ => KeyFile.ReadPrivate(full, asked));
        }
    }
}
