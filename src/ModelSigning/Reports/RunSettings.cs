using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
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
                foreach (string path in Files(text, command))
                {
                    if (AppendFile(digest, path) is [(byte)'{' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)'/' or 0xEF, ..] document)
                    {
                        AppendNamedFiles(digest, document, path);
                    }
                }

                break;
            default:
                Append(digest, LanguagePrimitives.ConvertTo<string>(value));
                break;
        }
    }

    // What a text can stand for: a file, or the files that a pattern matches.
    private static string[] Files(string text, ModuleCommand command)
    {
        try
        {
            string path = command.FileSystemPath(text);
            return File.Exists(path) || !WildcardPattern.ContainsWildcardCharacters(text)
                ? [path]
                : [.. command.SessionState.Path.GetResolvedProviderPathFromPSPath(text, out _).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is ModelSigningException or RuntimeException or IOException or UnauthorizedAccessException)
        {
            // Not a file's path, or one that the command itself will refuse.
            return [];
        }
    }

    // A key or a policy of the same name may be another one by now.
    private static byte[]? AppendFile(IncrementalHash digest, string path)
    {
        try
        {
            if (File.Exists(path) && !File.GetAttributes(path).HasFlag(FileAttributes.Device))
            {
                using FileStream file = File.OpenRead(path);
                if (file.CanSeek && file.Length <= MostBytes)
                {
                    byte[] content = new byte[file.Length];
                    file.ReadExactly(content);
                    Append(digest, path);
                    digest.AppendData(SHA256.HashData(content));
                    return content;
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The command itself will refuse it.
        }

        return null;
    }

    // The keys and certificates that a policy names, relative to its folder. A text in it that is no file's name is in the policy's own digest.
    private static void AppendNamedFiles(IncrementalHash digest, byte[] policy, string path)
    {
        Utf8JsonReader json = new(policy, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.String && json.GetString() is { Length: > 0 and < 4096 } text && !text.Contains('\0', StringComparison.Ordinal))
                {
                    AppendFile(digest, Path.GetFullPath(text, Path.GetDirectoryName(path)!));
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            // Not a policy, or one that the command itself will refuse.
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
