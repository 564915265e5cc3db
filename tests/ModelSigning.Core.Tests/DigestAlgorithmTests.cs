using ModelSigning.Core.Hashing;

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
}
