using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing.Trees;
using ModelSigning.Core.Hashing.Work;

namespace ModelSigning.Core.Hashing.Reading;

/// <summary>
/// The file of one item, open for reading. It turns what can go wrong with a file into the refusals of <see cref="HashingErrors"/>,
/// and finds out whether the file still has the length that it was listed with.
/// </summary>
internal sealed class ItemFile : IDisposable
{
    private readonly FileReader _reader;
    private readonly string _name;
    private readonly HashJob _job;
    private readonly long _end;
    private readonly bool _endsFile, _isWhole, _isLong;
    private readonly FileState _state;
    private readonly IFileObserver? _observer;

    private ItemFile(FileReader reader, HashJob job, HashItem item)
    {
        _observer = job.Observer;
        _reader = reader;
        _name = item.Name;
        _job = job;
        _end = item.Offset + item.Length;
        _endsFile = item.EndsFile;
        _isWhole = item is { Offset: 0, EndsFile: true };
        _isLong = !_isWhole || item.Length > LaneStream.ReadLength;
        bool isOpenedOften = !_isWhole || (item.Length > Blake3Segment.Length && job.Algorithm.Describe().IsTree);
        _state = isOpenedOften ? job.FirstState(_name, reader.State) : _isLong ? reader.State : default;
    }

    /// <summary>Opens the file of an item.</summary>
    /// <param name="job">The job.</param>
    /// <param name="index">The item's index in it.</param>
    /// <param name="opener">What the thread opens files with; null for a file that is opened alone.</param>
    /// <exception cref="ModelSigningException">It is gone, or may not be read.</exception>
    public static ItemFile Open(HashJob job, int index, FileOpener? opener = null)
    {
        HashItem item = job.Items[index];
        try
        {
            return new ItemFile(opener is null ? job.Source.Open(item.Name, item.Length) : opener.Open(item.Name, item.Length), job, item);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw Refusal(fault, item.Name, job.FullPath(index));
        }
    }

    /// <summary>
    /// Fills <paramref name="destination"/> from the file's position <paramref name="offset"/>. Where that reaches the end of an item
    /// that ends its file, the file must end there too.
    /// </summary>
    /// <param name="destination">
    /// Where the bytes go: as many as are wanted, and one byte more, which tells a file that has grown.
    /// </param>
    /// <param name="offset">The position in the file, in bytes.</param>
    /// <param name="count">How many bytes are wanted.</param>
    /// <exception cref="ModelSigningException">The file shrank, grew, or cannot be read.</exception>
    public void Read(Span<byte> destination, long offset, int count)
    {
        bool last = _endsFile && offset + count == _end;
        int wanted = last ? count + 1 : count;
        int done = 0;
        while (done < wanted)
        {
            int read = ReadOnce(destination[done..wanted], offset + done);
            done += read;
            if (read == 0)
            {
                break;
            }

            // A short read of a regular file is its end; asking again would only be told so a second time.
            if (done == count)
            {
                break;
            }
        }

        if (done < count)
        {
            throw HashingErrors.FileShrank.At(Invariant($"'{_name}' has only {offset + done} bytes, but had {_end} when the model was listed."), FullPath);
        }

        if (done > count)
        {
            throw HashingErrors.FileGrew.At(Invariant($"'{_name}' has more than the {_end} bytes that it had when the model was listed."), FullPath);
        }

        if (_isLong && offset + count == _end)
        {
            RequireUnchanged();
        }

        _observer?.Observe(_name, offset, _isWhole ? _end : null, destination[..count]);
    }

    /// <summary>Refuses a file that is another one by now, or that was modified behind the place that was read.</summary>
    /// <exception cref="ModelSigningException"><see cref="HashingErrors.FileChanged"/>.</exception>
    public void RequireUnchanged()
    {
        if (_isLong && _state != default && _reader.State != _state)
        {
            throw HashingErrors.FileChanged.At($"'{_name}' was modified or replaced while it was hashed, or its attributes were.", FullPath);
        }
    }

    public void Dispose() => _reader.Dispose();

    // Only of a file that is refused.
    private string FullPath => _job.Source.PathOf(_name);

    private int ReadOnce(Span<byte> destination, long offset)
    {
        try
        {
            return _reader.Read(destination, offset);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw HashingErrors.FileReadFailed.At($"'{_name}' cannot be read: {fault.Message}", FullPath, fault);
        }
    }

    private static ModelSigningException Refusal(Exception fault, string name, string path) => fault switch
    {
        FileNotFoundException or DirectoryNotFoundException =>
            HashingErrors.FileVanished.At($"'{name}' was deleted after the model was listed.", path, fault),
        UnauthorizedAccessException =>
            HashingErrors.FileUnreadable.At($"'{name}' cannot be read by this user: {fault.Message}", path, fault),
        _ => HashingErrors.FileReadFailed.At($"'{name}' cannot be opened: {fault.Message}", path, fault),
    };
}
