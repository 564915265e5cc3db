using System.Buffers.Binary;
using System.Collections.Concurrent;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Core.Hashing.Trees;

namespace ModelSigning.Core.Hashing.Work;

/// <summary>
/// Items hashed with BLAKE3, cut into segments that any thread may take, so that all threads work inside one large file.
/// </summary>
internal sealed unsafe class TreeWork(HashJob job, ItemOrder items, Blake3Kernel kernel)
{
    private readonly SegmentOrder _segments = new(job, items);
    private readonly ConcurrentDictionary<int, Blake3Spine> _spines = new();
    private readonly ConcurrentDictionary<int, ModelSigningException> _failed = new();

    /// <summary>How many segments there are in all: more threads than that are of no use.</summary>
    public long Segments => _segments.Count;

    /// <summary>Takes segments until there are none.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        using AlignedBuffer buffer = new(Blake3Segment.BufferLength);
        using FileOpener opener = job.Source.CreateOpener();
        using AlignedBuffer values = new(Blake3Kernel.ChainingValuesLength * sizeof(uint));
        ItemFile? file = null;
        int open = -1;
        try
        {
            while (_segments.TryTake(out Segment segment))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_failed.ContainsKey(segment.Item))
                {
                    continue;
                }

                try
                {
                    if (segment.Item != open)
                    {
                        file?.Dispose();
                        (file, open) = (null, -1);
                        (file, open) = (ItemFile.Open(job, segment.Item, opener), segment.Item);
                    }

                    Hash(segment, file!, buffer, (uint*)values.Pointer);
                }
                catch (ModelSigningException error)
                {
                    Fail(segment.Item, error);
                }
            }
        }
        finally
        {
            file?.Dispose();
        }
    }

    private void Hash(Segment segment, ItemFile file, AlignedBuffer buffer, uint* values)
    {
        HashItem item = job.Items[segment.Item];
        long start = segment.Index * Blake3Segment.Length;
        int count = (int)Math.Min(Blake3Segment.Length, item.Length - start);
        file.Read(buffer.Span, item.Offset + start, count);
        if (segment.Count > 1)
        {
            file.RequireUnchanged();
        }

        Span<uint> value = stackalloc uint[Blake3Constants.Words];
        Blake3Segment.Hash(kernel, buffer.Pointer, count, segment.Index, segment.Count == 1, values, value);
        job.Progress.Add(count);
        if (segment.Count == 1)
        {
            Complete(segment.Item, value);
        }
        else if (_spines.GetOrAdd(segment.Item, static (_, count) => new Blake3Spine(count), segment.Count).Add(segment.Index, value, value))
        {
            _spines.TryRemove(segment.Item, out _);
            Complete(segment.Item, value);
        }
    }

    private void Complete(int item, ReadOnlySpan<uint> words)
    {
        Span<byte> digest = stackalloc byte[words.Length * sizeof(uint)];
        for (int word = 0; word < words.Length; word++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(digest[(word * sizeof(uint))..], words[word]);
        }

        job.Complete(item, digest);
    }

    // The first segment that fails speaks for the item; others that were under way find it said.
    private void Fail(int item, ModelSigningException error)
    {
        if (_failed.TryAdd(item, error))
        {
            _spines.TryRemove(item, out _);
            job.Fail(item, error);
        }
    }
}
