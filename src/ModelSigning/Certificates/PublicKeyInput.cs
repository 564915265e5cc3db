using System.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Keys.Pkcs11;

namespace ModelSigning;

/// <summary>Reads the public keys that parameters name, from whatever holds one.</summary>
internal static class PublicKeyInput
{
    /// <summary>
    /// Reads the public keys that one value names: of PEM text, of a PKCS#11 token, or of every file that a path with wildcards matches, which
    /// may be PEM, a certificate or PKCS#12. Only the key is taken: a certificate's validity and issuer mean nothing here.
    /// </summary>
    /// <param name="command">Whose path it is, and whose host is asked.</param>
    /// <param name="source">The path, the PEM text, or the token's URI.</param>
    /// <param name="password">Opens a PKCS#12 file; null for none.</param>
    /// <param name="pin">The token's PIN; null for none.</param>
    /// <exception cref="ModelSigningException">A key cannot be read.</exception>
    internal static IReadOnlyList<EcPublicKey> ReadPublicKeys(this CancellableCommand command, string source, SecureString? password, SecureString? pin)
    {
        if (source.StartsWith("pkcs11:", StringComparison.OrdinalIgnoreCase))
        {
            return [command.RunInterruptibly(pipeline => Pkcs11PublicKeyReader.Read(Pkcs11Uri.Parse(source), [], command.PinSources(pin, pipeline)))];
        }

        return source.Contains("-----BEGIN ", StringComparison.Ordinal)
            ? [KeyOrCertified(() => PublicKeyPem.Parse(source, "-PublicKey"), refusal => CertificateKeyOf(Encoding.UTF8.GetBytes(source), "-PublicKey", refusal))]
            : [.. command.InputFiles(source, KeyErrors.KeyNotFound).Select(path => command.ReadPublicKeyFile(path, password))];
    }

    /// <summary>Reads the public key of one file: PEM, a certificate or PKCS#12.</summary>
    internal static EcPublicKey ReadPublicKeyFile(this CancellableCommand command, string path, SecureString? password) =>
        KeyOrCertified(() => command.RunInterruptibly(_ => KeyFile.ReadPublic(path)), refusal => command.CertifiedKey(path, password, refusal));

    private static EcPublicKey KeyOrCertified(Func<EcPublicKey> read, Func<ModelSigningException, EcPublicKey> otherwise)
    {
        try
        {
            return read();
        }
        catch (ModelSigningException refusal) when (refusal.Definition == KeyErrors.KeyKindWrong || refusal.Definition == KeyErrors.KeyMalformed)
        {
            return otherwise(refusal);
        }
    }

    private static EcPublicKey CertifiedKey(this CancellableCommand command, string path, SecureString? password, ModelSigningException refusal)
    {
        byte[] content = command.RunInterruptibly(_ => CertificateReader.ReadBytes(path));
        return Pkcs12File.Is(content)
            ? command.OpenPkcs12(content, path, password)[0].EcPublicKey()
            : CertificateKeyOf(content, path, refusal);
    }

    /// <summary>The key of the first certificate; where there is none, what was said of the key.</summary>
    private static EcPublicKey CertificateKeyOf(ReadOnlySpan<byte> content, string source, ModelSigningException refusal)
    {
        X509Certificate2 certificate;
        try
        {
            certificate = CertificateReader.Parse(content, source)[0];
        }
        catch (ModelSigningException)
        {
            throw refusal;
        }

        return certificate.EcPublicKey();
    }
}
