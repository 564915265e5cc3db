using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace ModelSigning.Core.Files;

/// <summary>
/// What a symbolic link says. .NET reads bytes that are not UTF-8 as U+FFFD, which can be the name of another file, so the runtime's own <c>readlink</c> is asked.
/// </summary>
internal static partial class SymbolicLink
{
    private const int InvalidArgument = 22, UsualLength = 1024;

    /// <summary>The text of a link.</summary>
    /// <param name="path">A path.</param>
    /// <returns>Its target as it is written; null where the path is not a link, or nothing.</returns>
    /// <exception cref="Errors.ModelSigningException"><see cref="FileErrors.LinkTargetInvalid"/>.</exception>
    /// <exception cref="IOException">The operating system does not say.</exception>
    /// <exception cref="UnauthorizedAccessException">A directory of the path cannot be searched.</exception>
    public static string? TargetOf(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return new FileInfo(path).LinkTarget is not { } target ? null : RawName.IsUnicode(target) ? target : throw Invalid(path, RawName.Spell(target));
        }

        byte[] name = Encoding.UTF8.GetBytes(path + '\0');
        for (byte[] text = new byte[UsualLength]; ; text = new byte[text.Length * 2])
        {
            int length = Read(name, text);
            if (length < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                return error is InvalidArgument or UnixErrors.NoSuchEntry or UnixErrors.NotADirectory ? null : throw UnixErrors.Exception(error);
            }

            // One that fills the buffer may have been cut.
            if (length < text.Length)
            {
                ReadOnlySpan<byte> target = text.AsSpan(0, length);
                return Utf8.IsValid(target) ? Encoding.UTF8.GetString(target) : throw Invalid(path, RawName.Spell(target));
            }
        }
    }

    private static unsafe int Read(byte[] path, byte[] buffer)
    {
        fixed (byte* name = path, text = buffer)
        {
            return ReadLink(name, text, buffer.Length);
        }
    }

    private static Errors.ModelSigningException Invalid(string path, string target) =>
        FileErrors.LinkTargetInvalid.At($"The symbolic link '{path}' leads to '{target}', which is not valid Unicode (UTF-8) and looks like another path.", path);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_ReadLink", SetLastError = true)]
    private static unsafe partial int ReadLink(byte* path, byte* buffer, int length);
}
