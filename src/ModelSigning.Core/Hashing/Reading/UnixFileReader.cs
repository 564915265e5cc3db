using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Hashing.Reading;

/// <summary>
/// A file by the system's calls themselves, on 64-bit Linux and macOS: open, read, close. .NET's handle makes four calls more for each file (fstat, flock
/// twice, and what finds out its kind), which for small files is most of the time. It is also opened so that a FIFO put in a file's place is
/// an error and not an endless wait.
/// </summary>
internal sealed unsafe partial class UnixFileReader : FileReader
{
    // Nanoseconds.
    private const long Recent = 3_000_000_000;

    // POSIX_FADV_SEQUENTIAL of Linux; macOS has no such call.
    private const int Sequential = 2;

    private int _descriptor;

    private UnixFileReader(int descriptor) => _descriptor = descriptor;

    /// <summary>Whether this system's numbers are known.</summary>
    public static bool IsSupported => RegularFile.HasDescriptors;

    /// <inheritdoc cref="FileReader.Open"/>
    public static UnixFileReader OpenFile(string path, long length, bool followLinks = true) => Own(RegularFile.OpenDescriptor(path, followLinks), length);

    /// <summary>Takes an open file over.</summary>
    /// <param name="descriptor">The file's descriptor.</param>
    /// <param name="length">How many bytes will be read.</param>
    /// <exception cref="IOException">It is a file of the kernel's.</exception>
    public static UnixFileReader Own(int descriptor, long length)
    {
        if (length == 0)
        {
            // A file of the kernel's says that it has no bytes; others are not worth the question.
            RefuseKernelFile(descriptor);
        }

        if (length >= LongFile && OperatingSystem.IsLinux())
        {
            // A hint: whether it is taken changes nothing but the speed.
            _ = Advise(descriptor, 0, 0, Sequential);
        }

        return new UnixFileReader(descriptor);
    }

    // Some file systems of user space have no times, and tell that of the question, or make up a number whenever a file is opened.
    public override FileState State
    {
        get
        {
            FileState state = FileStatus.StateOf(_descriptor);
            long recent = ((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick) - Recent;
            return !RegularFile.IsOfUserSpace(_descriptor) ? state : Math.Max(state.Modified, state.Changed) < recent ? state with { Device = 0, Number = 0 } : default;
        }
    }

    public override int Read(Span<byte> destination, long offset)
    {
        ObjectDisposedException.ThrowIf(_descriptor < 0, this);
        fixed (byte* start = destination)
        {
            nint read;
            do
            {
                read = ReadAt(_descriptor, start, (nuint)destination.Length, offset);
            }
            while (read < 0 && Marshal.GetLastPInvokeError() == RegularFile.Interrupted);

            int error = Marshal.GetLastPInvokeError();
            return read >= 0 ? (int)read : throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        }
    }

    public override void Dispose()
    {
        int descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            // Nothing was written, so there is nothing that closing could lose.
            _ = RegularFile.CloseDescriptor(descriptor);
        }
    }

    private static void RefuseKernelFile(int descriptor)
    {
        using SafeFileHandle handle = new(descriptor, ownsHandle: false);
        try
        {
            RegularFile.RefuseKernelFile(handle);
        }
        catch
        {
            _ = RegularFile.CloseDescriptor(descriptor);
            throw;
        }
    }

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static partial nint ReadAt(int descriptor, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int descriptor, long offset, long length, int advice);
}
