using ModelSigning.Core.Hashing;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Tests.Verifying;

public class RoundTripTests
{
    [Theory]
    [InlineData(DigestAlgorithm.Sha256, null)]
    [InlineData(DigestAlgorithm.Blake2b, null)]
    [InlineData(DigestAlgorithm.Blake3, null)]
    [InlineData(DigestAlgorithm.Sha256, 2L)]
    [InlineData(DigestAlgorithm.Blake3, 1_000_000_000L)]
    public void What_was_signed_verifies_until_it_is_changed(DigestAlgorithm algorithm, long? shardSize)
    {
        using ModelFixture model = new();
        SigningResult signed = model.Sign(request => request with { HashType = algorithm, ShardSize = shardSize });
        Assert.Equal(model.SignaturePath, signed.SignaturePath);
        Assert.Equal(2, signed.FileCount);

        VerificationResult valid = model.Verify();
        Assert.True(valid.IsValid);
        Assert.Equal(5, valid.ByteCount);

        model.Write("config.json", "[]");
        model.Write("new.bin", "new");
        File.Delete(model["weights/part-1.bin"]);
        VerificationResult changed = model.Verify();
        Assert.False(changed.IsValid);
        Assert.All(changed.Difference.Mismatched, resource => Assert.StartsWith("config.json", resource.Name, StringComparison.Ordinal));
        Assert.NotEmpty(changed.Difference.Mismatched);
        Assert.All(changed.Difference.Missing, name => Assert.StartsWith("weights/part-1.bin", name, StringComparison.Ordinal));
        Assert.NotEmpty(changed.Difference.Missing);
        Assert.All(changed.Difference.Extra, name => Assert.StartsWith("new.bin", name, StringComparison.Ordinal));
        Assert.NotEmpty(changed.Difference.Extra);
    }

    [Fact]
    public void A_single_file_verifies_beside_its_signature_and_not_under_another_name()
    {
        using ModelFixture model = new();
        string file = model["config.json"];
        Assert.Equal(file + ".sig", model.Sign(request => request with { ModelPath = file }).SignaturePath);
        Assert.True(model.Verify(request => request with { ModelPath = file }).IsValid);

        File.Move(file, file + "2");
        VerificationResult renamed = model.Verify(request => request with { ModelPath = file + "2", SignaturePath = file + ".sig" });
        Assert.Equal(["config.json"], renamed.Difference.Missing);
        Assert.Equal(["config.json2"], renamed.Difference.Extra);
    }
}
