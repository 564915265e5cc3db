using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;

namespace ModelSigning;

/// <summary>What decides the verdicts of a run besides the models: the parameters, and the content of the files that they name.</summary>
internal sealed class RunSettings
{
    private readonly List<string> _texts = [];
    private readonly List<string> _files = [];

    private RunSettings()
    {
    }

    /// <summary>Takes the parameters. No file is read.</summary>
    /// <param name="command">Whose parameters they are; relative paths start where it runs.</param>
    /// <param name="parameters">The parameters as they were given on the command line. Passwords and PINs do not count.</param>
    /// <param name="others">The names of those that decide no verdict.</param>
    /// <param name="ofModels">The names of those that name something of the models, and no file that decides who is trusted.</param>
    /// <param name="named">The files and folders that the trust policy names.</param>
    /// <param name="trust">What else decides who is trusted, as text: it must be the same when a report is continued.</param>
    internal static RunSettings Of(
        ModuleCommand command, IEnumerable<KeyValuePair<string, object>> parameters, IReadOnlyCollection<string> others, IReadOnlyCollection<string> ofModels,
        IEnumerable<string> named, IEnumerable<string> trust)
    {
        RunSettings settings = new();
        foreach ((string name, object value) in parameters.Where(one => !others.Contains(one.Key, StringComparer.OrdinalIgnoreCase)).OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            settings._texts.Add(name);
            foreach (object? one in LanguagePrimitives.GetEnumerable(value) ?? new[] { value })
            {
                settings.Add(one is PSObject wrapped ? wrapped.BaseObject : one, ofModels.Contains(name, StringComparer.OrdinalIgnoreCase) ? null : command);
            }

            settings._texts.Add("");
        }

        settings._texts.AddRange(trust);
        settings._files.AddRange(named);
        return settings;
    }

    /// <summary>The digest of the parameters and of the files, in lower-case hexadecimal.</summary>
    internal string Digest()
    {
        using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _texts.ForEach(text => Append(digest, text));
        foreach (string path in _files)
        {
            Append(digest, path);
            Append(digest, Content(path));
        }

        return Hexadecimal.Write(digest.GetHashAndReset());
    }

    // Without a command no text stands for a file.
    private void Add(object? value, ModuleCommand? command)
    {
        switch (value)
        {
            case SecureString:
                break;
            case X509Certificate2 certificate:
                _texts.Add(certificate.Thumbprint);
                break;
            case FileInfo file:
                Add(file.FullName, command);
                break;
            case string text:
                _texts.Add(text);
                _files.AddRange(command is null ? [] : Files(text, command));
                break;
            default:
                _texts.Add(LanguagePrimitives.ConvertTo<string>(value));
                break;
        }
    }

    // What a text can stand for: the file of that name, which some parameters take as it is, and the files that it matches as a pattern.
    private static string[] Files(string text, ModuleCommand command)
    {
        try
        {
            string path = command.FileSystemPath(text);
            return [.. command.FilesIfAny(text).Concat(File.Exists(path) ? [path] : []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is ModelSigningException or RuntimeException or IOException or UnauthorizedAccessException)
        {
            // Not a file's path, or one that the command itself will refuse.
            return [];
        }
    }

    // A key or a policy of the same name may be another one by now. The command itself refuses what is not a file or cannot be read.
    private static string Content(string path)
    {
        try
        {
            using FileStream file = RegularFile.Open(path);
            return Hexadecimal.Write(SHA256.HashData(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return "";
        }
    }

    private static void Append(IncrementalHash digest, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        digest.AppendData(BitConverter.GetBytes((long)utf8.Length));
        digest.AppendData(utf8);
    }
}
