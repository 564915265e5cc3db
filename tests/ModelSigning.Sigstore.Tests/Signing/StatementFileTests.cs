using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Signing;
using ModelSigning.Testing;

namespace ModelSigning.Sigstore.Tests.Signing;

public class StatementFileTests
{
    [Theory]
    [InlineData("https://model_signing/signature/v1.0")]
    [InlineData("https://model_signing/signature/v1.7")]
    [InlineData("https://model_signing/Digests/v0.1")]
    [InlineData("https://model_signing/DigestOfDigests/v0.1")]
    [InlineData("https://model_signing/signature/v2.0")]
    public void A_statement_that_would_be_the_signature_of_a_model_is_not_signed(string predicateType)
    {
        using TemporaryFolder folder = new();
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Read(folder, predicateType));
        Assert.Equal("StatementInvalid", refusal.Definition.Id);
        Assert.Contains("New-ModelSignature", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_other_statement_is_signed_as_it_stands()
    {
        using TemporaryFolder folder = new();
        ReadOnlyMemory<byte> read = Read(folder, "https://slsa.dev/provenance/v1");
        Assert.Equal(File.ReadAllBytes(folder["statement.json"]), read.ToArray());
    }

    private static ReadOnlyMemory<byte> Read(TemporaryFolder folder, string predicateType) => StatementFile.Read(
        folder.Write("statement.json", $$$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"x","digest":{"sha256":"00"}}],"predicateType":"{{{predicateType}}}","predicate":{}}"""),
        CancellationToken.None);
}
