using System.Runtime.InteropServices;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>Finds the file of a PKCS#11 module. No module is loaded that was not asked for by name or path.</summary>
public static class Pkcs11ModuleSearch
{
    private static readonly string[][] WindowsPrograms =
    [
        ["OpenSC Project", "OpenSC", "pkcs11"], ["SoftHSM2", "lib"], ["Yubico", "Yubico PIV Tool", "bin"], ["Yubico", "YubiHSM Shell", "bin"],
    ];

    /// <summary>Finds the module that a URI names.</summary>
    /// <param name="uri">The URI: a module-path that is a file is taken as it is; one that is a folder is searched for module-name.</param>
    /// <param name="folders">Folders to search before the usual ones.</param>
    /// <returns>The full path of the module's file.</returns>
    /// <exception cref="ModelSigningException"><see cref="Pkcs11Errors.UriIncomplete"/>, <see cref="Pkcs11Errors.ModuleNotFound"/>.</exception>
    public static string Find(Pkcs11Uri uri, IReadOnlyList<string> folders)
    {
        ArgumentNullException.ThrowIfNull(uri);
        ArgumentNullException.ThrowIfNull(folders);
        if (uri.ModulePath is { } path)
        {
            if (!Path.IsPathFullyQualified(path))
            {
                throw Pkcs11Errors.UriIncomplete.At($"The module-path '{path}' of the PKCS#11 URI is not an absolute path.", uri.ToString());
            }

            if (File.Exists(path))
            {
                return Path.GetFullPath(path);
            }

            folders = [path];
        }

        if (uri.ModuleName is not { Length: > 0 } name)
        {
            throw uri.ModulePath is { } missing && !Directory.Exists(missing)
                ? Pkcs11Errors.ModuleNotFound.At($"The PKCS#11 module '{missing}' does not exist.", missing)
                : Pkcs11Errors.UriIncomplete.At("The PKCS#11 URI does not include a module: add module-name, or module-path with the module's file.", uri.ToString());
        }

        IReadOnlyList<string> searched = uri.ModulePath is null ? [.. folders, .. UsualFolders()] : folders;
        return searched.SelectMany(ModulesIn).FirstOrDefault(file => IsNamed(file, name))
            ?? throw Pkcs11Errors.ModuleNotFound.At($"The PKCS#11 module '{name}' was not found in {string.Join(", ", searched)}.", name);
    }

    /// <summary>Every module of the usual folders, each file once whatever links lead to it.</summary>
    public static IReadOnlyList<string> FindAll() => List(UsualFolders().Where(folder => !HoldsOtherLibraries(folder)));

    /// <summary>Every module of a folder.</summary>
    public static IReadOnlyList<string> FindIn(string folder) => List([folder]);

    private static string[] List(IEnumerable<string> folders)
    {
        // pkcs11-spy writes everything it sees, PINs too, to a log; p11-kit's proxy and the one-PIN variant repeat other modules.
        string[] left = ["pkcs11-spy", "p11-kit-proxy", "p11-kit-client", "onepin-opensc-pkcs11"];
        return [.. folders.SelectMany(ModulesIn).Where(file => !left.Any(name => IsNamed(file, name)))
            .DistinctBy(file => File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file, StringComparer.Ordinal)];
    }

    /// <summary>The file's name is the given one between an optional <c>lib</c> and a point or the end; upper and lower case do not matter.</summary>
    private static bool IsNamed(string file, string name)
    {
        ReadOnlySpan<char> rest = Path.GetFileName(file.AsSpan());
        return Begins(rest, name) || (rest.StartsWith("lib", StringComparison.OrdinalIgnoreCase) && Begins(rest[3..], name));
    }

    private static bool Begins(ReadOnlySpan<char> rest, string name) =>
        rest.StartsWith(name, StringComparison.OrdinalIgnoreCase) && (rest.Length == name.Length || rest[name.Length] == '.');

    private static IEnumerable<string> ModulesIn(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Where(IsLibrary).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A folder that does not exist, or that this user may not list, holds no module for this user.
            return [];
        }
    }

    private static bool IsLibrary(string file)
    {
        string name = Path.GetFileName(file);
        return name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".dylib", StringComparison.Ordinal)
            || name.EndsWith(".so", StringComparison.Ordinal) || name.Contains(".so.", StringComparison.Ordinal);
    }

    /// <summary>Folders where modules lie among everything else: searched for a name, never listed.</summary>
    private static bool HoldsOtherLibraries(string folder) =>
        folder == Environment.SystemDirectory || folder is "/opt/homebrew/lib" or "/usr/local/lib";

    /// <summary>The usual folders of Windows: only such as an administrator can write, because what lies there is loaded and gets PINs.</summary>
    /// <param name="programs">The folder of programs; empty where Windows names none.</param>
    /// <param name="system">The system folder.</param>
    internal static IReadOnlyList<string> WindowsFolders(string programs, string system) =>
    [
        .. programs.Length > 0
            ? WindowsPrograms.Select(folders => Path.Join([programs, .. folders]))
            : [],
        system,
    ];

    private static IEnumerable<string> UsualFolders()
    {
        if (OperatingSystem.IsWindows())
        {
            return WindowsFolders(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), Environment.SystemDirectory);
        }

        if (OperatingSystem.IsMacOS())
        {
            return
            [
                "/Library/OpenSC/lib", "/usr/local/lib/pkcs11", "/usr/local/lib/softhsm", "/opt/homebrew/lib/pkcs11",
                "/opt/homebrew/lib/softhsm", "/opt/homebrew/lib", "/usr/local/lib",
            ];
        }

        string triplet = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "x86_64-linux-gnu",
            Architecture.Arm64 => "aarch64-linux-gnu",
            Architecture.Arm => "arm-linux-gnueabihf",
            Architecture.X86 => "i386-linux-gnu",
            Architecture.Ppc64le => "powerpc64le-linux-gnu",
            Architecture.S390x => "s390x-linux-gnu",
            _ => "",
        };
        return
        [
            "/usr/lib64/pkcs11", "/usr/lib/pkcs11", $"/usr/lib/{triplet}/pkcs11", $"/usr/lib/{triplet}/softhsm", "/usr/lib/softhsm",
            "/usr/lib64/softhsm", "/usr/local/lib/pkcs11", "/usr/local/lib/softhsm", "/usr/local/lib",
        ];
    }
}
