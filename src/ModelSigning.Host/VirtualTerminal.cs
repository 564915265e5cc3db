using System.Runtime.InteropServices;

namespace ModelSigning.Host;

/// <summary>Whether a standard stream is a terminal that understands escape sequences and is to get them.</summary>
internal static partial class VirtualTerminal
{
    /// <summary>The standard output's number, as Windows has it (<c>STD_OUTPUT_HANDLE</c>).</summary>
    public const int StandardOutput = -11;

    /// <summary>The standard error's number, as Windows has it (<c>STD_ERROR_HANDLE</c>).</summary>
    public const int StandardError = -12;

    private const uint EnableVirtualTerminalProcessing = 0x4;

    /// <summary>Whether escape sequences go to this stream: not to a file or pipe, and nowhere when NO_COLOR is set.</summary>
    public static bool IsAt(int stream) =>
        !(stream == StandardOutput ? Console.IsOutputRedirected : Console.IsErrorRedirected)
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb"
        && (!OperatingSystem.IsWindows() || Enable(stream));

    // A console of Windows understands them once it was asked to; one from before Windows 10 refuses.
    private static bool Enable(int stream)
    {
        nint handle = GetStdHandle(stream);
        return GetConsoleMode(handle, out uint mode)
            && ((mode & EnableVirtualTerminalProcessing) != 0 || SetConsoleMode(handle, mode | EnableVirtualTerminalProcessing));
    }

    [LibraryImport("kernel32.dll")]
    private static partial nint GetStdHandle(int stream);

    [LibraryImport("kernel32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetConsoleMode(nint handle, out uint mode);

    [LibraryImport("kernel32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleMode(nint handle, uint mode);
}
