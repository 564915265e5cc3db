using System.Text;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Tests.Verifying;

public sealed class LineEndsTests : IDisposable
{
    private readonly ModelFixture _model = new();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("a\nb\n", "a\r\nb\r\n", true)]
    [InlineData("a\r\nb\r\n", "a\nb\n", true)]
    [InlineData("\n", "\r\n", true)]
    [InlineData("a\nb", "a\r\nb", true)]
    [InlineData("a\rb\nc\r", "a\rb\r\nc\r", true)]
    [InlineData("a\nb\n", "a\nb\r\n", true)]
    [InlineData("a\r\nb\r\n", "a\nb\r\n", true)]
    [InlineData("a\r\nb\n", "a\nb\n", false)]
    [InlineData("a\nb\n", "a\nc\n", false)]
    [InlineData("a\nb\n", "a\r\nc\r\n", false)]
    [InlineData("a\nb\n", "a\rb\r", false)]
    [InlineData("a\nb\n", "a\nb", false)]
    [InlineData("a\0\n", "a\0\r\n", false)]
    public void A_file_with_other_line_ends_is_changed_and_named_as_such(string before, string found, bool named)
    {
        _model.Write("README.md", before);
        _model.Sign();
        _model.Write("README.md", found);
        VerificationResult result = _model.Verify();
        Assert.False(result.IsValid);
        Assert.Equal(named ? ["README.md"] : [], result.LineEndsOnly);
    }

    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Blake2b)]
    [InlineData(DigestAlgorithm.Blake3)]
    public void Long_texts_are_compared_with_every_algorithm(DigestAlgorithm algorithm)
    {
        // Lines of many lengths, so that ends of lines fall on both sides of every block.
        StringBuilder text = new();
        for (int line = 0; text.Length < 300_000; line++)
        {
            text.Append('x', line % 97).Append('\n');
        }

        _model.Write("merges.txt", text.ToString());
        _model.Sign(request => request with { HashType = algorithm });
        Assert.Empty(_model.Verify().LineEndsOnly);
        _model.Write("merges.txt", text.Replace("\n", "\r\n").ToString());
        Assert.Equal(["merges.txt"], _model.Verify().LineEndsOnly);
        _model.Write("merges.txt", text.Replace('x', 'y', 1000, 1).Append('z').ToString());
        Assert.Empty(_model.Verify().LineEndsOnly);
    }
}
