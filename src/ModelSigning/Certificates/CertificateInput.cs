using System.Security;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;

namespace ModelSigning;

/// <summary>Reads the certificates that parameters name.</summary>
internal static class CertificateInput
{
    private const string CertificateProvider = "Certificate";

    /// <summary>All certificates of some values, in their order: of objects, of PEM text, of files, of the certificate drive.</summary>
    /// <exception cref="ModelSigningException">One of <see cref="CertificateErrors"/>.</exception>
    internal static IReadOnlyList<X509Certificate2> ReadCertificates(this CancellableCommand command, IEnumerable<object> values) =>
        [.. values.SelectMany(value => command.ReadCertificates(value))];

    /// <summary>The signing certificate, those that came with it, and its private key if that came with it as well.</summary>
    /// <param name="command">Whose paths they are, and whose host is asked for a password.</param>
    /// <param name="value">A certificate object, a thumbprint, or the path of a PEM, DER or PKCS#12 file.</param>
    /// <param name="password">Opens the PKCS#12 file or the PEM key; null for none.</param>
    /// <param name="wantsKey">Whether the private key is wanted; otherwise it is elsewhere.</param>
    /// <exception cref="ModelSigningException">One of <see cref="CertificateErrors"/> or <see cref="KeyErrors"/>.</exception>
    internal static (IReadOnlyList<X509Certificate2> Certificates, ISigningKey? Key) ReadSigningCertificate(
        this CancellableCommand command, object value, SecureString? password, bool wantsKey)
    {
        if (value is FileInfo file)
        {
            return command.ReadSigningFile(file.FullName, password, wantsKey);
        }

        if (value is string text && command.ProviderCertificates(text) is null && !IsPem(text))
        {
            string path = command.FileSystemPath(text);
            if (File.Exists(path) || !CertificateStore.IsThumbprint(text))
            {
                return command.ReadSigningFile(path, password, wantsKey);
            }

            value = CertificateStore.Find(text);
        }

        IReadOnlyList<X509Certificate2> certificates = value is string drive && command.ProviderCertificates(drive) is { Length: > 1 }
            ? throw CertificateErrors.NotFound.At($"'{drive}' matches more than one certificate, but only one can sign.", drive)
            : command.ReadCertificates(value);
        return (certificates, wantsKey ? CertificateKey.Of(certificates[0]) : null);
    }

    private static (IReadOnlyList<X509Certificate2> Certificates, ISigningKey? Key) ReadSigningFile(
        this CancellableCommand command, string path, SecureString? password, bool wantsKey)
    {
        byte[] content = command.RunInterruptibly(_ => CertificateReader.ReadBytes(path));
        if (Pkcs12File.Is(content))
        {
            IReadOnlyList<X509Certificate2> opened = command.OpenPkcs12(content, path, password);
            return (opened, wantsKey ? CertificateKey.Of(opened[0]) : null);
        }

        IReadOnlyList<X509Certificate2> certificates = CertificateReader.Parse(content, path);
        bool holdsKey = content.AsSpan().IndexOf("PRIVATE KEY-----"u8) >= 0;
        return !wantsKey ? (certificates, null)
            : holdsKey ? (certificates, command.ReadPrivateKey(path, password))
            : throw CertificateErrors.PrivateKeyMissing.At(
                $"'{path}' contains a certificate without its private key.", path);
    }

    /// <summary>Opens a PKCS#12 file, asking for the password where none was given and one is needed.</summary>
    internal static IReadOnlyList<X509Certificate2> OpenPkcs12(this CancellableCommand command, byte[] content, string path, SecureString? password)
    {
        try
        {
            return command.RunInterruptibly(_ => Pkcs12File.Open(content, password, path));
        }
        catch (ModelSigningException refusal) when (refusal.Definition == CertificateErrors.Pkcs12PasswordWrong && password is null)
        {
            using SecureString asked = command.AskForSecret($"Password of '{path}'", "-KeyPassword");
            return command.RunInterruptibly(_ => Pkcs12File.Open(content, asked, path));
        }
    }

    private static IReadOnlyList<X509Certificate2> ReadCertificates(this CancellableCommand command, object value) => value switch
    {
        X509Certificate2 certificate => [certificate],
        FileInfo file => command.ReadCertificateFile(file.FullName),
        string pem when IsPem(pem) => CertificateReader.Parse(System.Text.Encoding.UTF8.GetBytes(pem), "the given text"),
        string path => command.ProviderCertificates(path)
            ?? [.. command.InputFiles(path, CertificateErrors.NotFound).SelectMany(command.ReadCertificateFile)],
        _ => throw CertificateErrors.Malformed.At("A certificate must be a path or an X509Certificate2 object."),
    };

    private static IReadOnlyList<X509Certificate2> ReadCertificateFile(this CancellableCommand command, string path) =>
        command.RunInterruptibly(_ => CertificateReader.ReadFile(path));

    private static bool IsPem(string text) => text.Contains("-----BEGIN ", StringComparison.Ordinal);

    /// <summary>The certificates of PowerShell's certificate drive (Windows) that a path names, such as Cert:\CurrentUser\My\THUMBPRINT; null for another path.</summary>
    private static X509Certificate2[]? ProviderCertificates(this ModuleCommand command, string path)
    {
        if (!command.SessionState.Path.IsPSAbsolute(path, out string drive) || command.DriveProvider(drive) != CertificateProvider)
        {
            return null;
        }

        return command.InvokeProvider.Item.Exists(path)
            && command.InvokeProvider.Item.Get(path).Select(item => item.BaseObject).OfType<X509Certificate2>().ToArray() is { Length: > 0 } certificates
            ? certificates
            : throw CertificateErrors.NotFound.At($"'{path}' is not a certificate of the certificate drive.", path);
    }

    private static string? DriveProvider(this ModuleCommand command, string drive) =>
        command.SessionState.Drive.GetAll().FirstOrDefault(one => one.Name.Equals(drive, StringComparison.OrdinalIgnoreCase))?.Provider.Name;
}
