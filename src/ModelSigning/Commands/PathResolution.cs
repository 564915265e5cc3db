using System.Collections.ObjectModel;
using System.Management.Automation;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;

namespace ModelSigning;

/// <summary>
/// PowerShell's paths to paths of the file system: relative to the session's location (which is not the process's), through drives
/// such as <c>TestDrive:</c>, and never one of another provider.
/// </summary>
internal static class PathResolution
{
    private const string FileSystem = "FileSystem";

    // A backtick before one of them makes it an ordinary character, and the path one of an item with another name than what is written.
    private const string Wildcards = "*?[";

    private static string Separators => OperatingSystem.IsWindows() ? @"/\" : "/";

    /// <summary>
    /// Ends the command if a file was specified with an empty value; called before the pipeline begins. An object of the pipeline may name no file: PowerShell would
    /// pass over one that a parameter refuses, and the command would answer for the others alone.
    /// </summary>
    internal static void RequireSpecified(this PSCmdlet command, string parameter, string path)
    {
        if (path.Length == 0 && command.MyInvocation.BoundParameters.ContainsKey(parameter))
        {
            command.ThrowTerminatingError(CommandErrors.PathEmpty.At($"The value of -{parameter} is empty.").ToErrorRecord());
        }
    }

    /// <summary>
    /// Ends a command that gives one answer for all objects of the pipeline if a script block is to give a parameter's value for each of them; called before the pipeline begins, when PowerShell has an object
    /// of its own in the place of the value.
    /// </summary>
    internal static void RefuseScriptBlocks(this PSCmdlet command)
    {
        if (command.MyInvocation.BoundParameters.FirstOrDefault(bound => bound.Value?.GetType() is { IsVisible: false } type && type.Assembly == typeof(PSCmdlet).Assembly) is { Key: { } parameter })
        {
            command.ThrowTerminatingError(CommandErrors.ParameterScriptBlock.At($"The value of -{parameter} is a script block, and one answer is wanted for all objects.").ToErrorRecord());
        }
    }

    /// <summary>The paths of a parameter that takes null: nothing at all is one path that leads nowhere, so that it has an answer.</summary>
    internal static IEnumerable<string> OrOneEmpty(this string[]? paths) => paths is { Length: > 0 } ? paths.Select(path => path ?? "") : [""];

    /// <summary>
    /// Everything that a path with wildcards matches; without wildcards, the one item that must exist. A path that exists as it is written and
    /// could match others as a pattern is refused: taken literally, a folder called <c>*</c> would hide the others; as a pattern, another
    /// item would answer for the one that was named.
    /// </summary>
    internal static IReadOnlyList<string> MatchingFileSystemPaths(this ModuleCommand command, string path)
    {
        bool isPattern = !PathTransformationAttribute.IsLiteral(path) && path.AsSpan().IndexOfAny(Wildcards) >= 0;
        bool exists = Exists(command.FileSystemPath(path));
        if (!isPattern || (exists && !IsValidPattern(path)))
        {
            return [command.ExistingFileSystemPath(path)];
        }

        if (exists)
        {
            throw CommandErrors.PathAmbiguous.At($"'{path}' exists, but as a wildcard pattern it could also match other items.", path);
        }

        command.RefuseFoldersAsWritten(path);
        try
        {
            Collection<string> found = OperatingSystem.IsWindows() ? command.Resolved(path) : [.. command.Expand(path)];
            foreach (string one in found)
            {
                ResolvedPath.RefuseDetour(one, before => before);
            }

            return found.Count > 0 ? found : throw NotFound(path);
        }
        catch (Exception exception) when (MeansNotFound(exception))
        {
            throw NotFound(path, exception);
        }
    }

    // The folder that a pattern begins with, such as that of an item to whose path a script adds a pattern.
    private static void RefuseFoldersAsWritten(this ModuleCommand command, string path)
    {
        for (int end = path.AsSpan().IndexOfAny(Wildcards); (end = path.AsSpan(end).IndexOfAny(Separators) is >= 0 and int next ? end + next : -1) >= 0; end++)
        {
            string above = path[..end];
            if (ExistsAsWritten(above))
            {
                throw CommandErrors.PathAmbiguous.At($"'{path}' begins with '{above}', which exists, but as a wildcard pattern it could also match other folders.", path);
            }
        }

        bool ExistsAsWritten(string above)
        {
            try
            {
                return Exists(command.PathByText(above));
            }
            catch (ModelSigningException)
            {
                return false;
            }
        }
    }

    private static Collection<string> Resolved(this ModuleCommand command, string path)
    {
        if (IsOfHome(path))
        {
            // A folder called '~' makes the beginning ambiguous.
            _ = command.FileSystemPath("~");
        }

        Collection<string> found = command.GetResolvedProviderPathFromPSPath(path, out ProviderInfo provider);
        RequireFileSystem(provider, path);
        return found;
    }

    // Elsewhere than on Windows a name may have a backslash or '::', which PowerShell's own expansion takes for a separator or a provider: a folder
    // called 'a\..\..\b' would lead to another one. So names are matched as the folder lists them, by PowerShell's rules: case makes no
    // difference, and names that begin with a dot are hidden.
    private static IEnumerable<string> Expand(this ModuleCommand command, string path)
    {
        string trimmed = path.TrimEnd('/');
        int slash = trimmed.LastIndexOf('/');
        string above = slash < 0 ? "" : trimmed[..slash];
        string last = trimmed[(slash + 1)..];
        if (slash < 0 && last.IndexOf(':', StringComparison.Ordinal) is >= 0 and int drive)
        {
            (above, last) = (last[..(drive + 1)], last[(drive + 1)..]);
        }

        // The root of a drive, not its current location.
        above = above.EndsWith(':') && slash >= 0 ? above + "/" : above;
        IEnumerable<string> folders = above.AsSpan().IndexOfAny(Wildcards) >= 0 ? command.Expand(above).Where(folder => Directory.Exists(folder) || IsLost(folder))
            : [slash == 0 ? "/" : above.Length == 0 ? command.CurrentDirectory() : command.FileSystemPath(WildcardPattern.Unescape(above))];
        if (last.AsSpan().IndexOfAny(Wildcards) < 0)
        {
            string name = WildcardPattern.Unescape(last);
            return folders.Where(folder => System.IO.Path.Join(folder, name) is var item && (Exists(item) || IsLost(item) || IsLost(folder))).Select(folder => System.IO.Path.Join(folder, name));
        }

        WildcardPattern pattern = new(last, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        return folders.SelectMany(folder => IsLost(folder) ? [System.IO.Path.Join(folder, last)] : new DirectoryInfo(folder).EnumerateFileSystemInfos()
            .Select(entry => entry.Name).Where(name => name[0] != '.' && pattern.IsMatch(name)).Order(StringComparer.OrdinalIgnoreCase)
            .Select(name => System.IO.Path.Join(folder, name)));
    }

    /// <summary>
    /// The files that a parameter names, such as keys or certificates: all that a path with wildcards matches, and at least one; without
    /// wildcards the one of that name, which its reader refuses if it does not exist.
    /// </summary>
    /// <param name="command">Whose path it is.</param>
    /// <param name="path">The path.</param>
    /// <param name="nothing">The error for a pattern that matches nothing.</param>
    internal static IReadOnlyList<string> InputFiles(this ModuleCommand command, string path, ErrorDefinition nothing)
    {
        if (path.AsSpan().IndexOfAny(Wildcards) < 0)
        {
            return [command.FileSystemPath(path)];
        }

        try
        {
            return command.MatchingFileSystemPaths(path);
        }
        catch (ModelSigningException refusal) when (refusal.Definition == ModelErrors.ModelNotFound)
        {
            throw nothing.At($"No file matches '{path}'.", path, refusal);
        }
    }

    /// <summary>The files that a text names; none when it names something else, such as a thumbprint or a certificate of a store.</summary>
    internal static IEnumerable<string> FilesIfAny(this ModuleCommand command, string text)
    {
        try
        {
            return command.InputFiles(text, ModelErrors.ModelNotFound).Where(File.Exists);
        }
        catch (ModelSigningException)
        {
            return [];
        }
    }

    /// <summary>The full path of an item that must exist, its name taken literally.</summary>
    internal static string ExistingFileSystemPath(this ModuleCommand command, string path)
    {
        string full = command.FileSystemPath(path);
        return Exists(full) ? full : throw NotFound(path);
    }

    // An entry whose name is not UTF-8 does not exist by what .NET reads of it, and neither does one behind a folder that this user may not search, or behind a link that leads
    // nowhere now. It comes out as such and is refused, because what is in it was asked about.
    private static bool IsLost(string path)
    {
        try
        {
            if (ModelLocation.StatusOf(path).Kind == FileKind.Link)
            {
                // Refused where it leads through proc, because it can be a folder for another process.
                return ModelLocation.StatusBehind(path).Kind == FileKind.Missing;
            }
        }
        catch (ModelSigningException)
        {
            return true;
        }

        for (string? part = path; part?.Contains('\uFFFD', StringComparison.Ordinal) == true; part = System.IO.Path.GetDirectoryName(part))
        {
            if (System.IO.Path.GetFileName(part).Contains('\uFFFD', StringComparison.Ordinal) && !Exists(part))
            {
                return true;
            }
        }

        return false;
    }

    // A link that leads nowhere now has its name all the same.
    private static bool Exists(string path) => System.IO.Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static bool IsValidPattern(string path)
    {
        try
        {
            _ = new WildcardPattern(path).IsMatch("");
            return true;
        }
        catch (WildcardPatternException)
        {
            return false;
        }
    }

    /// <summary>The full path of an item that need not exist, its name taken literally.</summary>
    internal static string FileSystemPath(this ModuleCommand command, string path)
    {
        string full = command.PathByText(path);
        RequireTrueLocation(path);
        ResolvedPath.RefuseDetour(path, before => before.Length == 0 ? command.CurrentDirectory() : command.PathByText(before));
        return full;
    }

    // Where the process was started in a folder with a backslash in its name, PowerShell takes it for a separator: its location is another folder, and so are those that its own commands list.
    private static void RequireTrueLocation(string path)
    {
        if (!OperatingSystem.IsWindows() && Environment.CurrentDirectory is var started && started.Contains('\\', StringComparison.Ordinal))
        {
            throw CommandErrors.PathAmbiguous.At($"'{path}' is not opened: PowerShell was started in '{started}', and takes the backslash in this name for a separator, so that its paths can lead to another folder.", path,
                cure: "Start PowerShell in another folder.");
        }
    }

    private static string PathByText(this ModuleCommand command, string path)
    {
        if (path.Length == 0)
        {
            throw NotFound(path);
        }

        string? spelt = command.AsSpelt(path);
        try
        {
            string full = command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            if (spelt is not null && spelt != System.IO.Path.TrimEndingDirectorySeparator(full))
            {
                return !Exists(full) && !IsOfHome(path) ? spelt : throw CommandErrors.PathAmbiguous.At(
                    $"'{path}' exists as written, but PowerShell resolves it to '{full}'.", path);
            }

            RequireFileSystem(provider, path);
            if (!System.IO.Path.IsPathFullyQualified(full))
            {
                // Behind a provider's name PowerShell leaves it as it stands, and it starts at the process's folder, which is not the session's location.
                throw CommandErrors.PathAmbiguous.At($"'{path}' is relative behind the name of a provider, where it does not start at the current location.", path, cure: "Specify the path without the provider, or in full.");
            }

            return spelt is not null || OperatingSystem.IsWindows() || !path.Contains('\\', StringComparison.Ordinal) || path[0] == '/'
                || command.SessionState.Path.IsProviderQualified(path) || !command.SessionState.Path.IsPSAbsolute(path, out _)
                ? full
                : throw CommandErrors.PathAmbiguous.At($"'{path}' has a backslash, which is part of a name here and a separator for PowerShell's drives.", path);
        }
        catch (Exception exception) when (MeansNotFound(exception))
        {
            return spelt ?? throw NotFound(path, exception);
        }
    }

    // The item that PowerShell would not find by its name: one that begins with a folder called '~', which PowerShell takes for the home folder, or one with a
    // backslash or a colon, which are ordinary characters elsewhere than on Windows and separators of PowerShell's paths.
    private static string? AsSpelt(this ModuleCommand command, string path)
    {
        bool isSpeltOtherwise = IsOfHome(path) || (!OperatingSystem.IsWindows() && path.AsSpan().IndexOfAny('\\', ':') >= 0);
        if (!isSpeltOtherwise || path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path, command.CurrentDirectory()));
        return Exists(full) || IsOnTheWay(command.CurrentDirectory(), path, full) ? full : null;
    }

    // Whether a folder or file with such a name is on the way, or nobody can say: it leads elsewhere for other programs, or for this user later.
    private static bool IsOnTheWay(string current, string path, string full)
    {
        if (path.Split('/')[0] is var first && first.Contains(':', StringComparison.Ordinal) && IsThere(System.IO.Path.Join(current, first)))
        {
            return true;
        }

        for (string? part = full; part?.Contains('\\', StringComparison.Ordinal) == true; part = System.IO.Path.GetDirectoryName(part))
        {
            if (System.IO.Path.GetFileName(part).Contains('\\', StringComparison.Ordinal) && IsThere(part))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsThere(string path)
    {
        try
        {
            return ModelLocation.StatusOf(path).Kind != FileKind.Missing;
        }
        catch (ModelSigningException)
        {
            return true;
        }
    }

    private static bool IsOfHome(string path) => path is "~" or ['~', '/' or '\\', ..];

    /// <summary>
    /// A path that may be relative to a model, for the engine to place: a full path of a drive of PowerShell becomes one of the file
    /// system, anything else stays as it is.
    /// </summary>
    internal static string InsideModel(this ModuleCommand command, string path) =>
        command.SessionState.Path.IsPSAbsolute(path, out _) || command.SessionState.Path.IsProviderQualified(path) ? command.FileSystemPath(path) : path;

    // PowerShell has an exception of its own for each way in which a path can be wrong; only the end of the pipeline is not one.
    private static bool MeansNotFound(Exception exception) =>
        exception is not (ModelSigningException or PipelineStoppedException or FlowControlException or OutOfMemoryException);

    private static void RequireFileSystem(ProviderInfo provider, string path)
    {
        if (provider.Name != FileSystem)
        {
            throw CommandErrors.PathNotFileSystem.At(
                $"'{path}' is a path of the provider {provider.Name}, not of the file system.", path);
        }
    }

    private static ModelSigningException NotFound(string path, Exception? inner = null) => ModelErrors.ModelNotFound.At(
        path.Length == 0 ? "The path is empty." : $"'{path}' does not exist.", path, inner);
}
