using Microsoft.Win32.SafeHandles;

namespace ModelSigning.Core.Hashing.Reading;

/// <summary>A file by .NET's own handle: for any system.</summary>
internal sealed class HandleFileReader(string path, long length) : FileReader
{
    // Others may write or delete the file meanwhile: a change is detected by the file's length or its digest.
    private readonly SafeFileHandle _handle = File.OpenHandle(
        path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, length >= LongFile ? FileOptions.SequentialScan : FileOptions.None);

    public override int Read(Span<byte> destination, long offset) => RandomAccess.Read(_handle, destination, offset);

    public override void Dispose() => _handle.Dispose();
}
