using System.Diagnostics;

namespace ModelSigning.Testing;

/// <summary>A folder of a test's own, gone when the test is.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Makes the folder. Its path has no symbolic link in it, as macOS's temporary folder would have.</summary>
    public TemporaryFolder()
    {
        string made = Directory.CreateTempSubdirectory("modelsigning-").FullName;
        FullPath = new FileInfo(made).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? made;
    }

    /// <summary>The folder's full path.</summary>
    public string FullPath { get; }

    /// <summary>The full path of something in it, with the system's separators.</summary>
    public string this[string relative] => Path.Join(FullPath, OperatingSystem.IsWindows() ? relative.Replace('/', '\\') : relative);

    /// <summary>Writes a file, making its folders.</summary>
    /// <returns>The file's full path.</returns>
    public string Write(string relative, ReadOnlySpan<byte> bytes)
    {
        string path = this[relative];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Writes a text file as UTF-8 without a byte order mark, making its folders.</summary>
    /// <returns>The file's full path.</returns>
    public string Write(string relative, string text) => Write(relative, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Deletes the folder and what is in it.</summary>
    public void Dispose()
    {
        try
        {
            Delete();
        }
        catch (Exception error) when (!OperatingSystem.IsWindows() && error is IOException or UnauthorizedAccessException)
        {
            // .NET cannot write names that are not UTF-8.
            using Process remove = Process.Start("/bin/rm", ["-rf", FullPath]);
            remove.WaitForExit();
        }
    }

    private void Delete()
    {
        // Through a link to a folder above, the same folders would come again and again.
        EnumerationOptions withoutLinks = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        foreach (string folder in Directory.EnumerateDirectories(FullPath, "*", withoutLinks).Prepend(FullPath))
        {
            // A test may have taken the right to list or to delete away.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        Directory.Delete(FullPath, recursive: true);
    }
}
