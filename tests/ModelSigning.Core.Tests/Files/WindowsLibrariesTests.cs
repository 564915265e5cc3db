using System.Reflection;
using System.Runtime.InteropServices;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Tests.Files;

/// <summary>Which libraries are loaded by their names, of which a planted one beside the program or in the current folder could take the place.</summary>
public sealed class WindowsLibrariesTests
{
    private static readonly string[] OfOtherSystems = ["libc", "libSystem.Native", "libdl", "dl"];

    [Fact]
    public void Libraries_of_Windows_are_looked_for_in_the_system_folder_alone()
    {
        const BindingFlags all = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        (MethodInfo Method, string Library)[] imported = [.. typeof(AtomicFile).Assembly.GetTypes().SelectMany(type => type.GetMethods(all))
            .Select(method => (method, method.GetCustomAttribute<DllImportAttribute>()?.Value)).Where(one => one.Value is not null).Select(one => (one.method, one.Value!))];
        (MethodInfo Method, string Library)[] windows = [.. imported.Where(one => !OfOtherSystems.Contains(one.Library))];
        Assert.Equal(["advapi32", "kernel32"], windows.Select(one => one.Library).Distinct().Order(StringComparer.Ordinal));
        Assert.True(windows.Length >= 5, $"{windows.Length} functions were found.");
        Assert.All(windows, one => Assert.Equal(DllImportSearchPath.System32, one.Method.GetCustomAttribute<DefaultDllImportSearchPathsAttribute>()?.Paths));
    }
}
