using System.Management.Automation.Runspaces;

namespace ModelSigning.Host;

/// <summary>
/// Small functions in place of everyday commands that PowerShell's engine package does not carry (they belong to the modules
/// Microsoft.PowerShell.Utility and .Management of pwsh). Each is a file of the folder StandIns, named after its command.
/// </summary>
internal static class StandIns
{
    private const string Folder = "StandIns/";
    private const string Extension = ".ps1";

    /// <summary>The commands that have a stand-in.</summary>
    public static IEnumerable<string> Names => Resources.Names(Folder).Select(name => name[Folder.Length..^Extension.Length]);

    /// <summary>Adds to a session those whose command it lacks.</summary>
    public static void AddTo(InitialSessionState session)
    {
        foreach (string name in Names.Where(name => session.Commands[name].Count == 0))
        {
            session.Commands.Add(new SessionStateFunctionEntry(name, Resources.Text(Folder + name + Extension)));
        }
    }
}
