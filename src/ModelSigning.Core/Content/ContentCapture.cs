using System.Buffers.Binary;
using System.Collections.Concurrent;
using ModelSigning.Core.Formats;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Core.Content;

/// <summary>The first bytes of a file, as they were hashed.</summary>
/// <param name="Name">The file, relative to the model, with <c>/</c> between its components.</param>
/// <param name="Head">Its first bytes.</param>
/// <param name="Length">The file's length in bytes.</param>
internal sealed record CapturedFile(string Name, ReadOnlyMemory<byte> Head, long Length)
{
    /// <summary>Whether the whole file was kept.</summary>
    public bool IsWhole => Head.Length == Length;

    /// <summary>The last component of the name.</summary>
    public string FileName => field ??= Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>The end of the name from its last dot, in lower case; empty without one.</summary>
    public string Extension => field ??= Path.GetExtension(FileName).ToLowerInvariant();
}

/// <summary>
/// Keeps the first bytes of a model's files while they are hashed, as many as the inspection of their kind needs, so that exactly the bytes that were
/// verified are inspected and the model is read once. What it keeps of all files together is bounded.
/// </summary>
internal sealed class ContentCapture : IFileObserver
{
    /// <summary>The most bytes that are kept of a file whose whole content is inspected, such as a pickle, and of a header: 32 MiB.</summary>
    public const int MostOfFile = 32 * 1024 * 1024;

    /// <summary>The most bytes that are kept of a text that people write, such as a model card or a configuration: 2 MiB.</summary>
    public const int MostOfText = 2 * 1024 * 1024;

    /// <summary>The most bytes that are kept of all files together: 256 MiB.</summary>
    public const long MostOfAll = 256L * 1024 * 1024;

    /// <summary>The most bytes that are kept of an archive or a pickle that is longer than <see cref="MostOfFile"/>, so that it is not inspected to its end: 1 MiB.</summary>
    public const int MostOfLong = 1024 * 1024;

    /// <summary>How many bytes are kept of every other file, to tell what it is: 16.</summary>
    public const int MostOfOthers = 16;

    private const int LookedAt = 512;

    /// <summary>
    /// Whether files of every kind are kept, as far as the bounds go, for an inspection that must not miss anything; otherwise only of those whose first bytes or
    /// name give a reason.
    /// </summary>
    public bool KeepsEverything { get; init; }

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SettledFiles _settled = new();
    private long _kept;

    /// <inheritdoc/>
    public void Observe(string name, long offset, long? length, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!KeepsEverything && offset == 0 && length == bytes.Length && new CapturedFile(name, default, bytes.Length) is var small && _settled.TryAdd(small, bytes, Wanted(small, length, bytes)))
        {
            return;
        }

        Entry entry = _entries.GetOrAdd(name, static _ => new());
        lock (entry)
        {
            entry.Length = Math.Max(entry.Length, offset + bytes.Length);
            if (offset == 0)
            {
                entry.Wanted = Wanted(new(name, default, 0), length, bytes, KeepsEverything);
            }

            // What comes before the first part is kept until that one says how much is wanted.
            if (offset < entry.Wanted)
            {
                Keep(entry, offset, bytes[..(int)Math.Min(bytes.Length, entry.Wanted - offset)]);
            }

            if (offset == 0)
            {
                Interlocked.Add(ref _kept, -entry.Trim());
            }
        }
    }

    /// <summary>What was inspected at once, and is not among the <see cref="Files"/>.</summary>
    public SettledFiles Settled => _settled;

    /// <summary>
    /// The files that were kept, sorted by name. One whose bytes did not come by has an empty head. Empty files, those that were not hashed, and <see cref="Settled"/> ones are not
    /// among them.
    /// </summary>
    public IReadOnlyList<CapturedFile> Files() =>
        [.. _entries.Select(pair => new CapturedFile(pair.Key, pair.Value.Head(), pair.Value.Length)).OrderBy(file => file.Name, StringComparer.Ordinal)];

    private void Keep(Entry entry, long offset, ReadOnlySpan<byte> bytes)
    {
        if (entry.Parts.TryGetValue(offset, out byte[]? known))
        {
            // A device may hand a file over to another one, which reads it again. Only the same bytes are surely those that were hashed.
            entry.IsChanged |= !known.AsSpan().SequenceEqual(bytes);
            return;
        }

        if (Interlocked.Add(ref _kept, bytes.Length) > MostOfAll)
        {
            Interlocked.Add(ref _kept, -bytes.Length);
            return;
        }

        entry.Parts.Add(offset, bytes.ToArray());
    }

    /// <summary>How many bytes are kept of a file that begins so.</summary>
    internal static int Wanted(CapturedFile file, long? length, ReadOnlySpan<byte> first, bool keepsEverything = false)
    {
        if (first.StartsWith(GgufHeader.Magic))
        {
            return MostOfFile;
        }

        // A length of 64 bits and a brace: safetensors.
        if ((!keepsEverything || file.Extension == ".safetensors") && first.Length > 8 && first[8] == (byte)'{' && BinaryPrimitives.ReadUInt64LittleEndian(first) is var header and <= MostOfFile - 8)
        {
            return 8 + (int)header;
        }

        if (file.Extension == ".json")
        {
            return keepsEverything || file.FileName.EndsWith(TensorIndex.FileNameEnd, StringComparison.Ordinal) ? MostOfFile : MostOfText;
        }

        if (keepsEverything || file.Extension == ".onnx")
        {
            return length > MostOfFile ? MostOfLong : MostOfFile;
        }

        ReadOnlySpan<byte> start = first[..Math.Min(first.Length, LookedAt)];
        return file.FileName == "README.md" || file.Extension == ".xml" ? MostOfText
            : FileKinds.Of(start) is not (FileKind.Zip or FileKind.Pickle or FileKind.Hdf5 or FileKind.Numpy) && !FileKinds.MayBePickle(file, start) ? MostOfOthers
            : length > MostOfFile ? MostOfLong
            : MostOfFile;
    }

    private sealed class Entry
    {
        public SortedDictionary<long, byte[]> Parts { get; } = [];

        public int Wanted { get; set; } = MostOfFile;

        public long Length { get; set; }

        public bool IsChanged { get; set; }

        /// <summary>Drops what is not wanted, and answers how many bytes that was.</summary>
        public long Trim()
        {
            long dropped = 0;
            foreach (long offset in Parts.Keys.Where(offset => offset >= Wanted).ToArray())
            {
                dropped += Parts[offset].Length;
                Parts.Remove(offset);
            }

            return dropped;
        }

        /// <summary>The bytes from the file's start that are there without a gap.</summary>
        public ReadOnlyMemory<byte> Head()
        {
            if (IsChanged)
            {
                return default;
            }

            int length = 0;
            List<byte[]> head = [];
            foreach ((long offset, byte[] part) in Parts.TakeWhile(part => part.Key == 0 || part.Key <= Wanted))
            {
                if (offset != length)
                {
                    break;
                }

                head.Add(part);
                length += part.Length;
            }

            byte[] bytes = head.Count == 1 ? head[0] : new byte[length];
            for (int index = 0, at = 0; head.Count > 1 && index < head.Count; at += head[index++].Length)
            {
                head[index].CopyTo(bytes, at);
            }

            return bytes.AsMemory(0, Math.Min(bytes.Length, Wanted));
        }
    }
}
