using System.Collections.ObjectModel;
using System.Management.Automation;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Models;
using DriveNotFoundException = System.Management.Automation.DriveNotFoundException;

namespace ModelSigning;

/// <summary>
/// PowerShell's paths to paths of the file system: relative to the session's location (which is not the process's), through drives
/// such as <c>TestDrive:</c>, and never one of another provider.
/// </summary>
internal static class PathResolution
{
    private const string FileSystem = "FileSystem";

    /// <summary>The session's location in the file system, at which relative paths start.</summary>
    internal static string CurrentDirectory(this PSCmdlet command) => command.SessionState.Path.CurrentFileSystemLocation.ProviderPath;

    /// <summary>Everything that a path with wildcards matches; without wildcards, the one item that must exist.</summary>
    internal static IReadOnlyList<string> MatchingFileSystemPaths(this PSCmdlet command, string path)
    {
        try
        {
            Collection<string> found = command.GetResolvedProviderPathFromPSPath(path, out ProviderInfo provider);
            RequireFileSystem(provider, path);
            if (found.Count > 0 && WildcardPattern.ContainsWildcardCharacters(path) && System.IO.Path.Exists(command.FileSystemPath(path)))
            {
                command.WriteWarning($"'{path}' was expanded as a wildcard, and something with exactly this name exists. Use -LiteralPath for it.");
            }

            return found.Count > 0 ? found : throw NotFound(path);
        }
        catch (Exception exception) when (MeansNotFound(exception))
        {
            throw NotFound(path, exception);
        }
    }

    /// <summary>The full path of an item that must exist, its name taken literally.</summary>
    internal static string ExistingFileSystemPath(this PSCmdlet command, string path)
    {
        string full = command.FileSystemPath(path);
        return System.IO.Path.Exists(full) ? full : throw NotFound(path);
    }

    /// <summary>The full path of an item that need not exist, its name taken literally.</summary>
    internal static string FileSystemPath(this PSCmdlet command, string path)
    {
        try
        {
            string full = command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            RequireFileSystem(provider, path);
            return full;
        }
        catch (Exception exception) when (MeansNotFound(exception))
        {
            throw NotFound(path, exception);
        }
    }

    /// <summary>
    /// A path that may be relative to a model, for the engine to place: a full path of a drive of PowerShell becomes one of the file
    /// system, anything else stays as it is.
    /// </summary>
    internal static string InsideModel(this PSCmdlet command, string path) =>
        command.SessionState.Path.IsPSAbsolute(path, out _) || command.SessionState.Path.IsProviderQualified(path) ? command.FileSystemPath(path) : path;

    private static bool MeansNotFound(Exception exception) =>
        exception is ItemNotFoundException or DriveNotFoundException or ProviderNotFoundException or PSInvalidOperationException
            or WildcardPatternException or IOException or UnauthorizedAccessException;

    private static void RequireFileSystem(ProviderInfo provider, string path)
    {
        if (provider.Name != FileSystem)
        {
            throw CommandErrors.PathNotFileSystem.At(
                $"'{path}' is a path of the provider {provider.Name}. A model lies in the file system; give a path there.", path);
        }
    }

    private static ModelSigningException NotFound(string path, Exception? inner = null) => ModelErrors.ModelNotFound.At(
        $"There is no file and no folder at '{path}'. Check the path; use -LiteralPath for a name with wildcard characters in it.",
        path, inner);
}
