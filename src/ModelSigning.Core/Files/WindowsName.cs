using System.Buffers;

namespace ModelSigning.Core.Files;

/// <summary>Names that Windows understands as something else than they spell (Win32, "Naming Files, Paths, and Namespaces").</summary>
internal static class WindowsName
{
    // What Windows' file systems refuse or understand as something else: a stream, a wildcard, a separator.
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\\:*?\"<>|" + ControlCharacters);
    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

    private static string ControlCharacters => string.Create(31, 0, static (span, _) =>
    {
        for (int index = 0; index < span.Length; index++)
        {
            span[index] = (char)(index + 1);
        }
    });

    /// <summary>
    /// Whether a canonical name means on Windows the file that it spells: no drive, alternate stream or backslash, no device, no
    /// component that ends in a dot or a space (Win32, "Naming Files, Paths, and Namespaces").
    /// </summary>
    public static bool IsUsable(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.AsSpan().IndexOfAny(Forbidden) < 0 && !name.Split('/').Any(IsTrap);
    }

    private static bool IsTrap(string component)
    {
        string stem = component.Split('.')[0].TrimEnd(' ');
        return component[^1] is '.' or ' '
            || Devices.Contains(stem, StringComparer.OrdinalIgnoreCase)
            || (stem.Length == 4 && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase))
                && (char.IsAsciiDigit(stem[3]) || stem[3] is '¹' or '²' or '³'));
    }
}
