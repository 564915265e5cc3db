using System.Runtime.Versioning;
using System.Security.Principal;

namespace ModelSigning.Core.Files;

/// <summary>The access list of files that only their owner may read, in Windows' text form (SDDL).</summary>
internal static class WindowsAccess
{
    /// <summary>The list for the user of this process.</summary>
    [SupportedOSPlatform("windows")]
    public static string ForThisUser()
    {
        using WindowsIdentity user = WindowsIdentity.GetCurrent();
        return ForOwner(user.User!.Value);
    }

    /// <summary>
    /// The list for a user: it owns the file and has every right, nobody else has any, and nothing is inherited from the folder, which
    /// often lets all users of the machine read.
    /// </summary>
    /// <param name="sid">The user's security identifier.</param>
    public static string ForOwner(string sid) => $"O:{sid}D:P(A;;FA;;;{sid})";
}
