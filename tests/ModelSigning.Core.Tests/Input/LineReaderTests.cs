using System.Text;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Tests.Input;

public class LineReaderTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1 << 20)]
    public void Lines_are_the_same_however_the_bytes_arrive(int atOnce)
    {
        string[] texts = ["first", "", new('x', 300_000), "ä", new('y', 600_001), "last"];
        using Trickle stream = new(Encoding.UTF8.GetBytes(string.Concat(texts.Select(text => text + "\n"))), atOnce);
        LineReader lines = new(stream, long.MaxValue);
        foreach (string text in texts)
        {
            Assert.Equal(LineState.Whole, lines.Next(1_000_000, Never));
            Assert.Equal(text, Encoding.UTF8.GetString(lines.Line.Span));
        }

        Assert.Equal(LineState.None, lines.Next(1_000_000, Never));
        Assert.Equal((6, stream.Length, stream.Length), (lines.Number, lines.Length, lines.Position));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(1 << 20)]
    public void A_line_beyond_the_bound_is_passed_over_and_the_next_one_counts(int atOnce)
    {
        byte[] bytes = Encoding.UTF8.GetBytes("one\n" + new string('x', 200_000) + "\ntwo\n");
        using Trickle stream = new(bytes, atOnce);
        LineReader lines = new(stream, long.MaxValue);
        Assert.Equal(LineState.Whole, lines.Next(100, Never));
        Assert.Equal((LineState.TooLong, 2), (lines.Next(100, Never), lines.Number));
        Assert.Equal((LineState.Whole, 3), (lines.Next(100, Never), lines.Number));
        Assert.Equal("two", Encoding.UTF8.GetString(lines.Line.Span));
        Assert.Equal(bytes.Length, lines.Length);
        Assert.Equal(LineState.None, lines.Next(100, Never));
    }

    [Fact]
    public void A_line_beyond_the_bound_is_told_before_it_is_read_to_its_end()
    {
        using Trickle stream = new(new byte[10_000_000], 4096);
        Assert.Equal(LineState.TooLong, new LineReader(stream, long.MaxValue).Next(100_000, Never));
        Assert.InRange(stream.Position, 100_000, 300_000);
    }

    [Fact]
    public void No_more_is_read_than_the_limit_also_of_a_line_that_is_passed_over()
    {
        using Trickle stream = new(new byte[10_000_000], 4096);
        LineReader lines = new(stream, 500_000);
        Assert.Equal(LineState.TooLong, lines.Next(1000, Never));
        Assert.Equal(LineState.TooLarge, lines.Next(1000, Never));
        Assert.InRange(stream.Position, 500_000, 510_000);
    }

    [Fact]
    public void What_follows_the_last_line_feed_is_torn_until_somebody_has_written_the_rest()
    {
        using MemoryStream stream = new();
        stream.Write("{}\n{"u8);
        stream.Position = 0;
        LineReader lines = new(stream, long.MaxValue);
        Assert.Equal(LineState.Whole, lines.Next(10, Never));
        Assert.Equal((LineState.Torn, 1, 3L), (lines.Next(10, Never), lines.Number, lines.Length));
        Assert.Equal("{", Encoding.UTF8.GetString(lines.Line.Span));
        stream.Write("}\n"u8);
        stream.Position -= 2;
        Assert.Equal((LineState.Whole, 2), (lines.Next(10, Never), lines.Number));
        Assert.Equal("{}", Encoding.UTF8.GetString(lines.Line.Span));
    }

    /// <summary>Gives few bytes at a time, as a network file system may.</summary>
    private sealed class Trickle(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, most));
    }
}
