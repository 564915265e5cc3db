namespace ModelSigning.Benchmarks;

/// <summary>Files of random bytes in a folder of their own, deleted when their rows are done.</summary>
internal sealed class Workload : IDisposable
{
    private const int PieceLength = 1 << 20;
    private const int FilesPerFolder = 1000;

    private readonly string _folder;
    private readonly byte[] _piece = new byte[PieceLength];
    private readonly string _model;
    private string _first = "";
    private int _files;

    public Workload(string parent)
    {
        new Random(1).NextBytes(_piece);
        _folder = System.IO.Path.Join(parent, $"modelsigning-benchmark-{Environment.ProcessId}");
        _model = Beside("model");
        Directory.CreateDirectory(_model);
        OneByte = Beside("one-byte");
        File.WriteAllBytes(OneByte, [1]);
    }

    /// <summary>What is worked on: the folder of the files, or the only one itself, because some tools take no folder.</summary>
    public string Path => _files == 1 ? _first : _model;

    /// <summary>A file of one byte: what a program needs to start.</summary>
    public string OneByte { get; }

    /// <summary>The bytes of all files.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many files there are.</summary>
    public int Files => _files;

    /// <summary>The path of something beside the model.</summary>
    public string Beside(string name) => System.IO.Path.Join(_folder, name);

    /// <summary>Lets the files that are added from here on have four random bits a byte, so that they are compressed to half.</summary>
    public Workload Compressible()
    {
        for (int at = 0; at < _piece.Length; at++)
        {
            _piece[at] &= 0x0F;
        }

        return this;
    }

    /// <summary>Adds files of one length.</summary>
    public Workload Add(int count, long length, int pieceLength = PieceLength) => Add(count, _ => length, pieceLength);

    /// <summary>Adds files.</summary>
    /// <param name="count">How many.</param>
    /// <param name="lengthOf">The length of each by its number.</param>
    /// <param name="pieceLength">In pieces of how many bytes they are written, at most 1 MiB.</param>
    /// <param name="perFolder">How many lie in one folder.</param>
    public Workload Add(int count, Func<int, long> lengthOf, int pieceLength = PieceLength, int perFolder = FilesPerFolder)
    {
        for (int number = 0; number < count; number++)
        {
            string folder = System.IO.Path.Join(_model, $"part-{_files / perFolder:d4}");
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
            }

            string path = System.IO.Path.Join(folder, $"weights-{_files:d7}.bin");
            long length = lengthOf(number);
            Write(path, length, pieceLength);
            _first = _files == 0 ? path : _first;
            Bytes += length;
            _files++;
        }

        return this;
    }

    /// <summary>Adds a file that occupies no disk: its bytes are zero.</summary>
    public Workload AddSparse(long length)
    {
        string path = System.IO.Path.Join(_model, _files == 0 ? "sparse.bin" : $"sparse-{_files}.bin");
        using FileStream file = new(path, FileMode.CreateNew);
        file.SetLength(length);
        _first = _files == 0 ? path : _first;
        Bytes += length;
        _files++;
        return this;
    }

    /// <summary>Adds a file that begins with some bytes and goes on with zeros that occupy no disk.</summary>
    public Workload AddSparse(string name, byte[] start, long zeros)
    {
        using FileStream file = new(System.IO.Path.Join(_model, name), FileMode.CreateNew);
        file.Write(start);
        file.SetLength(start.Length + zeros);
        Bytes += start.Length + zeros;
        _files++;
        return this;
    }

    /// <summary>Waits until what was written is on the disk, where a system can be told to, so that writing does not go on under the measurements.</summary>
    public static void Settle()
    {
        if (!OperatingSystem.IsWindows())
        {
            MeasuredProcess.Run("sync");
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // No two files are alike: each begins with its own number.
    private void Write(string path, long length, int pieceLength)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        for (long at = 0; at < length; at += pieceLength)
        {
            BitConverter.TryWriteBytes(_piece, _files + at);
            RandomAccess.Write(file, _piece.AsSpan(0, (int)Math.Min(pieceLength, length - at)), at);
        }
    }
}
