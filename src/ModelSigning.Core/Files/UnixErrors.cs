using System.Runtime.InteropServices;

namespace ModelSigning.Core.Files;

/// <summary>What the numbers mean that calls of Unix answer with.</summary>
internal static class UnixErrors
{
    /// <summary>ENOENT: nothing has the name.</summary>
    public const int NoSuchEntry = 2;

    /// <summary>ENOTDIR: something on the way is not a folder.</summary>
    public const int NotADirectory = 20;

    private const int NotPermitted = 1, AccessDenied = 13;

    /// <summary>The exception that .NET itself would throw.</summary>
    public static Exception Exception(int error)
    {
        string message = Marshal.GetPInvokeErrorMessage(error);
        return error switch
        {
            NoSuchEntry or NotADirectory => new DirectoryNotFoundException(message),
            NotPermitted or AccessDenied => new UnauthorizedAccessException(message),
            _ => new IOException(message, error),
        };
    }
}
