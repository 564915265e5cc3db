using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelSigning.Core.Errors;

namespace ModelSigning;

/// <summary>What decides the verdicts of a run besides the models: the parameters, and the content of the files that they name.</summary>
internal static class RunSettings
{
    /// <summary>The digest of the parameters, in lower-case hexadecimal. Passwords and PINs are not part of it.</summary>
    /// <param name="command">Whose parameters they are; relative paths start where it runs.</param>
    /// <param name="parameters">The parameters as they were given on the command line.</param>
    /// <param name="others">The names of those that decide no verdict.</param>
    internal static string Digest(ModuleCommand command, IEnumerable<KeyValuePair<string, object>> parameters, IReadOnlyCollection<string> others)
    {
        using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, object value) in parameters.Where(one => !others.Contains(one.Key, StringComparer.OrdinalIgnoreCase)).OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            Append(digest, name);
            foreach (object? one in LanguagePrimitives.GetEnumerable(value) ?? new[] { value })
            {
                Append(digest, one is PSObject wrapped ? wrapped.BaseObject : one, command);
            }

            Append(digest, "");
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    private static void Append(IncrementalHash digest, object? value, ModuleCommand command)
    {
        switch (value)
        {
            case SecureString:
                break;
            case X509Certificate2 certificate:
                Append(digest, certificate.Thumbprint);
                break;
            case FileInfo file:
                Append(digest, file.FullName, command);
                break;
            case string text:
                Append(digest, text);
                AppendFile(digest, text, command);
                break;
            default:
                Append(digest, LanguagePrimitives.ConvertTo<string>(value));
                break;
        }
    }

    // A key or a policy of the same name may be another one by now.
    private static void AppendFile(IncrementalHash digest, string text, ModuleCommand command)
    {
        try
        {
            string path = command.FileSystemPath(text);
            if (File.Exists(path) && File.GetAttributes(path) is var attributes && !attributes.HasFlag(FileAttributes.Device))
            {
                using FileStream file = File.OpenRead(path);
                if (file.CanSeek && file.Length <= MostBytes)
                {
                    digest.AppendData(SHA256.HashData(file));
                }
            }
        }
        catch (Exception error) when (error is ModelSigningException or IOException or UnauthorizedAccessException)
        {
            // Not a file's path, or one that the command itself will refuse.
        }
    }

    private const long MostBytes = 16 * 1024 * 1024;

    private static void Append(IncrementalHash digest, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        digest.AppendData(BitConverter.GetBytes((long)utf8.Length));
        digest.AppendData(utf8);
    }
}
