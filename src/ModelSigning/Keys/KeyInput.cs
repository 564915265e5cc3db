using System.Management.Automation;
using System.Security;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;

namespace ModelSigning;

/// <summary>Reads the keys that parameters name. A password is asked for only when the key turns out to need one.</summary>
internal static class KeyInput
{
    /// <summary>Reads a private key; called on the pipeline's thread, because it may ask for the password.</summary>
    /// <param name="command">Whose path it is, and whose host is asked.</param>
    /// <param name="path">The key file, its name taken as it is.</param>
    /// <param name="password">The password that was given; null for none.</param>
    /// <exception cref="ModelSigningException">The key cannot be read, or its password is wrong or missing.</exception>
    internal static EcPrivateKey ReadPrivateKey(this PSCmdlet command, string path, SecureString? password)
    {
        string full = command.FileSystemPath(path);
        try
        {
            return KeyFile.ReadPrivate(full, password);
        }
        catch (ModelSigningException refusal) when (refusal.Definition == KeyErrors.PasswordMissing && password is null)
        {
            using SecureString asked = command.AskForSecret($"Password of the private key '{full}'", "-KeyPassword");
            return KeyFile.ReadPrivate(full, asked);
        }
    }

    /// <summary>Reads a public key: of a file, or PEM text itself.</summary>
    /// <exception cref="ModelSigningException">The key cannot be read.</exception>
    internal static EcPublicKey ReadPublicKey(this PSCmdlet command, string pathOrPem) =>
        pathOrPem.Contains("-----BEGIN ", StringComparison.Ordinal)
            ? PublicKeyPem.Parse(pathOrPem, "-PublicKey")
            : KeyFile.ReadPublic(command.FileSystemPath(pathOrPem));
}
