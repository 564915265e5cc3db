using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Streams;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Tests;

public class DigestAlgorithmTests
{
    [Theory]
    [InlineData("sha256", 32)]
    [InlineData("blake2b", 64)]
    [InlineData("blake3", 32)]
    public void Each_identifier_of_the_specification_is_known_with_its_digest_length(string identifier, int length)
    {
        Assert.True(DigestAlgorithms.TryParse(identifier, out DigestAlgorithm algorithm));
        Assert.Equal(identifier, algorithm.Identifier());
        Assert.Equal(length, algorithm.DigestLength());
    }

    [Theory]
    [InlineData("SHA256")]
    [InlineData("blake2")]
    [InlineData("md5")]
    [InlineData("")]
    public void Any_other_identifier_is_unknown(string identifier) => Assert.False(DigestAlgorithms.TryParse(identifier, out _));

    [Fact]
    public void Each_algorithm_has_a_description_at_its_place_and_computes_its_known_answer()
    {
        Assert.Equal(Enum.GetValues<DigestAlgorithm>(), DigestDescription.All.Select(description => description.Algorithm));
        foreach (DigestDescription description in DigestDescription.All)
        {
            using StreamHasher hasher = StreamHasher.Create(description.Algorithm);
            byte[] digest = new byte[description.Length];
            hasher.Append(description.KnownAnswer.Input.Span);
            hasher.Finish(digest);
            Assert.Equal(description.KnownAnswer.Digest, Hexadecimal.Write(digest));
        }
    }
}
