using ModelSigning.Core.Input;
using ModelSigning.Core.Stores;

namespace ModelSigning.Core.Tests.Stores;

/// <summary>The stream that reads another one ahead, and lets a second thread look at the same bytes.</summary>
public class ReadAheadStreamTests
{
    private const int Length = 3_000_001;

    private static readonly byte[] Bytes = [.. Enumerable.Range(0, Length).Select(index => (byte)(index / 7))];

    [Theory]
    [InlineData(1_000)]
    [InlineData(256 * 1024)]
    [InlineData(int.MaxValue)]
    public void Who_reads_along_has_seen_all_bytes_when_the_end_is_taken(int most)
    {
        List<byte> seen = [], taken = [];
        using ReadAheadStream stream = new(new MemoryStream(Bytes), TestContext.Current.CancellationToken, bytes => seen.AddRange(bytes));
        for (ReadOnlySpan<byte> piece; (piece = stream.Take(most)).Length > 0;)
        {
            taken.AddRange(piece);
        }

        Assert.Equal(Bytes, taken);
        Assert.Equal(Bytes, seen);
        Assert.Equal(0, stream.Read(new byte[1], 0, 1));
    }

    [Fact]
    public void A_small_stream_takes_no_more_memory_than_it_has_bytes_for()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Small small = new();
        using ReadAheadStream stream = new(small, TestContext.Current.CancellationToken);
        Assert.Equal(3, stream.Take(10).Length);
        Assert.Equal(0, stream.Take(10).Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
        Assert.InRange(small.AllocatedByReader, 0, 1024 * 1024);
    }

    [Fact]
    public void What_fails_further_on_is_thrown_where_those_bytes_are_wanted()
    {
        using ReadAheadStream stream = new(new Failing(), TestContext.Current.CancellationToken, _ => { });
        byte[] first = new byte[600_000];
        stream.ReadExactly(first);
        Assert.Equal(Bytes[..first.Length], first);
        Assert.Throws<IOException>(() => stream.CopyTo(Stream.Null));
        Assert.Throws<IOException>(() => stream.CopyTo(Stream.Null));
    }

    [Fact]
    public void It_ends_although_nobody_takes_what_was_read()
    {
        using ManualResetEventSlim seen = new();
        using (ReadAheadStream stream = new(new MemoryStream(Bytes), TestContext.Current.CancellationToken, _ => seen.Set()))
        {
            seen.Wait(TestContext.Current.CancellationToken);
        }

        Assert.True(seen.IsSet);
    }

    // Three bytes, and what the thread that reads them has allocated when it meets the end.
    private sealed class Small() : MemoryStream([1, 2, 3])
    {
        public long AllocatedByReader { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            AllocatedByReader = GC.GetAllocatedBytesForCurrentThread();
            return base.Read(buffer, offset, count);
        }
    }

    private sealed class Failing : ForwardStream
    {
        private int _position;

        public override int Read(Span<byte> buffer)
        {
            if (_position >= 1_000_000)
            {
                throw new IOException("damaged");
            }

            int count = Math.Min(buffer.Length, 100_000);
            Bytes.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }
    }
}
