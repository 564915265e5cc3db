using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;

namespace ModelSigning.Host;

/// <summary>Tells a script's author that a command which was not found is one of those that only pwsh carries.</summary>
internal static class CommandHints
{
    /// <summary>Writes one line that names such commands, if the session's errors have any.</summary>
    public static void Write(Runspace runspace, PSHostUserInterface console)
    {
        if (runspace.SessionStateProxy.GetVariable("Error") is not ArrayList errors || errors.Count == 0)
        {
            return;
        }

        HashSet<string> known = [.. Resources.Text("PwshCommands.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        string[] missing = [.. errors.OfType<ErrorRecord>()
            .Where(error => error.FullyQualifiedErrorId == nameof(CommandNotFoundException))
            .Select(error => known.FirstOrDefault(name => name.Equals(error.TargetObject as string, StringComparison.OrdinalIgnoreCase)))
            .OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        if (missing.Length > 0)
        {
            console.WriteErrorLine($"This host has no {string.Join(", ", missing)}; pwsh has. --help lists what is there.");
        }
    }
}
