using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;

namespace ModelSigning.Sigstore.Trust;

/// <summary>What instances may be called: names that are one folder on every system, and that nobody takes for another one.</summary>
internal static class InstanceName
{
    /// <summary>The public instance's name, in this spelling alone.</summary>
    internal const string Public = "public";

    private const int MaximumLength = 64;

    /// <summary>Whether a name can be one.</summary>
    internal static bool IsUsable(string name) => Fault(name) is null;

    /// <summary>Refuses what cannot be a name, and a name that differs from a registered one only in case.</summary>
    /// <param name="name">The name.</param>
    /// <param name="registered">The names that have a folder.</param>
    /// <exception cref="ModelSigningException"><see cref="TrustErrors.InstanceNameInvalid"/>.</exception>
    internal static void Check(string name, IEnumerable<string> registered)
    {
        string? fault = Fault(name);
        if (fault is null && registered.FirstOrDefault(other => IsOtherSpelling(name, other)) is { } alike)
        {
            fault = $"the instance '{alike}' differs from it only in upper and lower case";
        }

        if (fault is not null)
        {
            throw TrustErrors.InstanceNameInvalid.At($"'{name}' cannot be the name of a Sigstore instance: {fault}.", name);
        }
    }

    private static string? Fault(string name) =>
        name.Length is 0 or > MaximumLength ? $"it needs 1 to {MaximumLength} characters"
        : !name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_') ? "it has characters other than letters, digits, '.', '-' and '_'"
        : name[0] is '.' or '-' ? "it begins with '.' or '-'"
        : name[^1] == '.' ? "it ends with '.'"
        : IsOtherSpelling(name, Public) ? $"the public instance is '{Public}'"
        : !WindowsName.IsUsable(name) ? "it is the name of a device on Windows"
        : null;

    private static bool IsOtherSpelling(string name, string other) => name != other && string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
