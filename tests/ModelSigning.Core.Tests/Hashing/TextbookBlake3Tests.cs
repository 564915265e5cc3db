namespace ModelSigning.Core.Tests.Hashing;

/// <summary>What the engine is compared with must itself meet the public vectors.</summary>
public class TextbookBlake3Tests
{
    [Theory]
    [MemberData(nameof(HashVectors.Blake3), MemberType = typeof(HashVectors))]
    public void The_textbook_meets_the_vectors(int length, string digest) =>
        Assert.Equal(digest, Convert.ToHexStringLower(TextbookBlake3.Digest(HashVectors.Input(length))));
}
