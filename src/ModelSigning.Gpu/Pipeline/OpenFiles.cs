using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Reading;

namespace ModelSigning.Gpu.Pipeline;

/// <summary>
/// The files of items that are read in several pieces, open from an item's first piece to its last. Only so many, because a process may not have a
/// file open for each of thousands of streams; a file beyond them is opened for each piece.
/// </summary>
internal sealed class OpenFiles(HashJob job)
{
    // A quarter of what the strictest of the usual systems allow a process.
    private const int Most = 256;

    private readonly Dictionary<int, SharedFile> _files = [];

    /// <summary>Tells of a piece before any thread reads it, in the order of its item's pieces.</summary>
    public void Announce(in Piece piece)
    {
        if (piece.Offset == 0 && !piece.IsLast)
        {
            lock (_files)
            {
                if (_files.Count < Most)
                {
                    _files.Add(piece.Item, new SharedFile { Unread = job.Items[piece.Item].Length });
                }
            }
        }
    }

    /// <summary>Reads a piece that was announced.</summary>
    /// <exception cref="Core.Errors.ModelSigningException">The file cannot be read, or is no longer what was listed.</exception>
    public void Read(in Piece piece, Span<byte> room)
    {
        SharedFile? shared;
        lock (_files)
        {
            _files.TryGetValue(piece.Item, out shared);
        }

        if (shared is null)
        {
            using ItemFile file = ItemFile.Open(job, piece.Item);
            Read(file, piece, room);
            return;
        }

        try
        {
            ItemFile file;
            lock (shared)
            {
                file = shared.File ??= ItemFile.Open(job, piece.Item);
            }

            Read(file, piece, room);
        }
        finally
        {
            Leave(shared, piece);
        }
    }

    /// <summary>Closes what is still open: the files of items that failed, or were cancelled. No thread reads any more.</summary>
    public void Close()
    {
        foreach (SharedFile shared in _files.Values)
        {
            shared.File?.Dispose();
        }
    }

    private void Read(ItemFile file, in Piece piece, Span<byte> room) => file.Read(room, job.Items[piece.Item].Offset + piece.Offset, piece.Length);

    // Pieces are read in any order, so the one that leaves no byte unread is the last user.
    private void Leave(SharedFile shared, in Piece piece)
    {
        if (Interlocked.Add(ref shared.Unread, -piece.Length) == 0)
        {
            lock (_files)
            {
                _files.Remove(piece.Item);
            }

            shared.File?.Dispose();
        }
    }

    private sealed class SharedFile
    {
        public long Unread;

        public ItemFile? File { get; set; }
    }
}
