using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Manifests;

namespace ModelSigning.Core.Tests.Manifests;

public class ManifestLinesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1 << 20)]
    public void Lines_are_the_same_however_the_bytes_arrive(int most)
    {
        string[] texts = ["first", "", new('x', 300_000), "ä", new('y', 600_001), "last"];
        using Trickle stream = new(Encoding.UTF8.GetBytes(string.Concat(texts.Select(text => text + "\n"))), most);
        ManifestLines lines = new(stream, "sample");
        foreach (string text in texts)
        {
            Assert.False(lines.IsAtEnd);
            Assert.Equal(text, Encoding.UTF8.GetString(lines.Next(1_000_000).Span));
        }

        Assert.True(lines.IsAtEnd);
        Assert.Equal((6, stream.Length), (lines.Number, lines.Length));
    }

    [Fact]
    public void A_line_beyond_the_bound_is_refused_before_it_is_read_to_its_end()
    {
        using Trickle stream = new(new byte[10_000_000], 4096);
        Assert.Equal(
            ManifestFileErrors.ManifestFileTooLarge,
            Assert.Throws<ModelSigningException>(() => new ManifestLines(stream, "sample").Next(100_000)).Definition);
        Assert.InRange(stream.Position, 100_000, 300_000);
    }

    [Fact]
    public void A_line_without_an_end_is_refused()
    {
        using MemoryStream stream = new("{}\n{}"u8.ToArray());
        ManifestLines lines = new(stream, "sample");
        lines.Next(10);
        Assert.Contains("Line 2", Assert.Throws<ModelSigningException>(() => lines.Next(10)).Message, StringComparison.Ordinal);
    }

    /// <summary>Gives few bytes at a time, as a network file system may.</summary>
    private sealed class Trickle(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, most));
    }
}
