namespace ModelSigning.Host;

/// <summary>What the host was asked to do.</summary>
internal abstract record CommandLine
{
    /// <summary>Reads the arguments of the process. Options are those of <c>pwsh</c>, in any case and with one or two dashes.</summary>
    /// <exception cref="UsageException">They ask for nothing, or for something unknown.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        bool interactive = true;
        for (int index = 0; index < arguments.Count; index++)
        {
            IReadOnlyList<string> rest = [.. arguments.Skip(index + 1)];
            switch (Option(arguments[index]))
            {
                case "help" or "h" or "?":
                    return new HelpCommandLine();
                case "version" or "v":
                    return new VersionCommandLine();
                case "noninteractive":
                    interactive = false;
                    break;
                case "noprofile" or "nologo":
                    break;
                case "command" or "c":
                    return rest.Count > 0
                        ? new TextCommandLine(string.Join(' ', rest), interactive)
                        : throw new UsageException("-Command is followed by the text that is to run.");
                case "file" or "f":
                    return rest.Count > 0
                        ? FileCommandLine.Of(rest[0], [.. rest.Skip(1)], interactive)
                        : throw new UsageException("-File is followed by the path of a script.");
                case null:
                    return FileCommandLine.Of(arguments[index], rest, interactive);
                default:
                    throw new UsageException($"'{arguments[index]}' is no option of this host.");
            }
        }

        throw new UsageException("Name a script to run.");
    }

    private static string? Option(string argument)
    {
        string name = argument.StartsWith("--", StringComparison.Ordinal) ? argument[2..]
            : argument.StartsWith('-') ? argument[1..]
            : OperatingSystem.IsWindows() && argument is "/?" ? "?" : "";
        return name.Length == 0 ? null : name.ToLowerInvariant();
    }
}

/// <summary>Show what the host is for.</summary>
internal sealed record HelpCommandLine : CommandLine;

/// <summary>Show the host's version and the engine's.</summary>
internal sealed record VersionCommandLine : CommandLine;

/// <summary>Run something.</summary>
/// <param name="Interactive">Whether the user may be asked.</param>
internal abstract record ScriptCommandLine(bool Interactive) : CommandLine;

/// <summary>Run a piece of PowerShell.</summary>
/// <param name="Text">The piece.</param>
/// <param name="Interactive">Whether the user may be asked.</param>
internal sealed record TextCommandLine(string Text, bool Interactive) : ScriptCommandLine(Interactive);

/// <summary>Run a script file.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Arguments">What the script is given, as the shell handed it over.</param>
/// <param name="Interactive">Whether the user may be asked.</param>
internal sealed record FileCommandLine(string Path, IReadOnlyList<string> Arguments, bool Interactive) : ScriptCommandLine(Interactive)
{
    /// <summary>Makes the path full and sees that the file is there.</summary>
    /// <exception cref="UsageException">There is no such file.</exception>
    public static FileCommandLine Of(string path, IReadOnlyList<string> arguments, bool interactive)
    {
        string full = System.IO.Path.GetFullPath(path);
        return File.Exists(full)
            ? new FileCommandLine(full, arguments, interactive)
            : throw new UsageException($"There is no script '{full}'.");
    }
}
