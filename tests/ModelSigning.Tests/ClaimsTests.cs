namespace ModelSigning.Tests;

/// <summary>Get-ModelSignature: claims, and nothing that could pass for a verification.</summary>
public sealed class ClaimsTests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly SampleModel _model = new();

    public ClaimsTests() => _model.Sign(_session);

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Theory]
    [InlineData("Get-ModelSignature $m")]
    [InlineData("Get-ModelSignature \"$m/model.sig\"")]
    [InlineData("Get-ModelSignature $m -SignaturePath \"$m/model.sig\"")]
    [InlineData("Get-ChildItem $m | Where-Object Name -eq model.sig | Get-ModelSignature")]
    public void The_claims_of_a_model_or_of_a_signature_file_are_shown(string script)
    {
        dynamic claims = _session.Run("param($m) " + script, _model.Path).Single;
        Assert.Equal(_model.Signature, claims.SignaturePath);
        Assert.Equal("Key", claims.ClaimedMethod);
        Assert.Equal(64, claims.ClaimedSigner.Length);
        Assert.Equal("sha256", claims.ClaimedHashAlgorithm);
        Assert.Equal("model", claims.ClaimedModelName);
        Assert.Equal("0.3", claims.BundleVersion);
        Assert.Equal(SampleModel.Names, ((IEnumerable<object>)claims.ClaimedResources).Select(resource => resource.ToString()));
        Assert.Contains("model.sig", (string[])claims.ClaimedIgnorePaths);
    }

    [Fact]
    public void No_property_says_that_anything_was_verified()
    {
        IEnumerable<string> names = _session.Run("param($m) Get-ModelSignature $m", _model.Path).Output.Single().Properties.Select(property => property.Name);
        Assert.DoesNotContain(names, name => name.Contains("Status", StringComparison.Ordinal) || name.Contains("Valid", StringComparison.Ordinal)
            || name is "Signer" or "Method" or "SignedTime");
    }

    [Fact]
    public void A_model_that_was_changed_after_signing_shows_the_same_claims()
    {
        _model.Write("weights.bin", "other content");
        Assert.Equal("Key", _session.Run("param($m) Get-ModelSignature $m", _model.Path).Single.ClaimedMethod);
    }

    [Theory]
    [InlineData("[IO.File]::Delete(\"$m/model.sig\")", "BundleNotFound")]
    [InlineData("[IO.File]::WriteAllText(\"$m/model.sig\", '')", "BundleEmpty")]
    [InlineData("[IO.File]::WriteAllText(\"$m/model.sig\", '{\"mediaType\":')", "BundleTruncated")]
    [InlineData("[IO.File]::WriteAllText(\"$m/model.sig\", 'no JSON')", "BundleMalformed")]
    public void A_signature_that_cannot_be_read_is_an_error_of_its_own(string damage, string id) =>
        Assert.Equal(id, _session.Run($"param($m) {damage}; Get-ModelSignature $m", _model.Path).ErrorId);
}
