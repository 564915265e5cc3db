using ILGPU.Runtime;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Gpu.Pipeline;

/// <summary>How much memory the way from files to a device takes, and into what it cuts the work.</summary>
/// <param name="WindowBytes">The bytes of a window: page-locked on the host and as many on the device.</param>
/// <param name="Windows">How many windows there are: while two are copied and hashed, the others are read into.</param>
/// <param name="PieceBytes">BLAKE3: the piece of a file that is reduced to one node, a power of two of at least 1,024.</param>
/// <param name="Streams">SHA-256 and BLAKE2b: how many long streams are hashed side by side.</param>
/// <param name="HashedBytes">The most bytes that are hashed with one window, those included that lie on the device already.</param>
internal sealed record PipelineOptions(int WindowBytes, int Windows, int PieceBytes, int Streams, long HashedBytes)
{
    /// <summary>The longest part of one stream in a window: some 25 ms of one device thread, so that a cancelled job ends in time.</summary>
    public const int LongestQuantum = 1 << 20;

    // A shorter one would be read in pieces too small for a disk.
    private const int ShortestQuantum = 32 << 10;

    // Of what lies on the device already, parts as short as those would be hashed faster than the host can tell of them.
    private const int ShortestDirectQuantum = 256 << 10;

    private const int ResidentStreams = 1 << 15;

    // A copy of it takes about a millisecond on the fastest bus, many times what a launch costs; the driver locks it in some hundredths of a second.
    private const int LongestWindow = 64 << 20;

    private const int SmallestWindow = 256 << 10;

    /// <summary>
    /// The options for a device: windows of at most 64 MiB, of a sixteenth of its memory and of a thirty-second of the host's, so that four of
    /// them leave both to others.
    /// </summary>
    public static PipelineOptions For(Accelerator accelerator)
    {
        long bound = Math.Min(accelerator.MemorySize / 16, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 32);
        int window = (int)Math.Clamp(bound, 8 << 20, LongestWindow) & -(1 << 20);
        return new PipelineOptions(window, Windows: 4, PieceBytes: 4 << 20, Streams: window / ShortestQuantum, HashedBytes: window);
    }

    /// <summary>
    /// The options for data that lies on the device: most of it takes no space in a window, so that much is hashed with each, which keeps every
    /// multiprocessor busy.
    /// </summary>
    public static PipelineOptions ForResident(Accelerator accelerator, DigestAlgorithm algorithm)
    {
        PipelineOptions files = For(accelerator);

        // BLAKE3 needs memory for each chunk of a window, the others only for each stream.
        long hashed = algorithm.Describe().IsTree ? 1L << 30 : (long)ResidentStreams * (ShortestDirectQuantum + (2 * Piece.Alignment));
        return files with { Windows = 2, Streams = ResidentStreams, HashedBytes = hashed };
    }

    /// <summary>The same for a job that needs less memory than they allow.</summary>
    /// <param name="bytes">The bytes of the job.</param>
    /// <param name="items">Its items.</param>
    public PipelineOptions Bounded(long bytes, int items)
    {
        long needed = bytes + ((long)Piece.RoomOf(0, isLast: true) * items);
        int window = (int)Math.Clamp(needed + Piece.RoomOf(0, isLast: true), Math.Min(SmallestWindow, WindowBytes), WindowBytes) & -Piece.Alignment;
        return this with { WindowBytes = window, HashedBytes = Math.Clamp(bytes, window, Math.Max(window, HashedBytes)) };
    }

    /// <summary>The most segments that a window holds.</summary>
    public int Segments => Math.Max(64, WindowBytes / 1024);

    /// <summary>The most BLAKE3 chunks that are hashed with a window; an item's last is often shorter than a whole one.</summary>
    public int Chunks => checked((int)(Math.Max(WindowBytes, HashedBytes) / 1024) + Segments);
}
