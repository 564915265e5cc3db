using ModelSigning.Core.Errors;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Tests.Verifying;

public sealed class RefusedLinksTests : IDisposable
{
    private readonly ModelFixture _model = new();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("models--org--name/snapshots/0123456789abcdef0123456789abcdef01234567", "hf download --local-dir")]
    [InlineData("datasets--org--name/snapshots/0123456789abcdef0123456789abcdef01234567", "hf download --local-dir")]
    [InlineData("models--org--name/snapshots/main", "cp -rL")]
    [InlineData("snapshots/0123abcd", "cp -rL")]
    [InlineData("elsewhere", "cp -rL")]
    public void A_link_that_was_not_signed_is_refused_with_a_way_out_for_the_verifier(string folder, string wayOut)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Links need a privilege on Windows.");
        _model.Sign();
        string cache = Path.Join(_model.Root, folder);
        Directory.CreateDirectory(Path.Join(cache, "weights"));
        Directory.CreateDirectory(Path.GetFullPath(Path.Join(cache, "../../blobs")));
        foreach (string name in (string[])["config.json", "weights/part-1.bin", "model.sig"])
        {
            File.CreateSymbolicLink(Path.Join(cache, name), _model[name]);
        }

        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => _model.Verify(request => request with { ModelPath = cache }));
        Assert.Equal("SymlinkRefused", refusal.Definition.Id);
        Assert.Contains(wayOut, refusal.Cure, StringComparison.Ordinal);
        Assert.DoesNotContain("-AllowSymlink", refusal.Message + refusal.Cure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.sig")]
    [InlineData("signatures/model.sig")]
    public void A_signature_in_the_model_that_is_a_link_is_refused_where_links_are(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Links need a privilege on Windows.");
        _model.Sign();
        string outside = Path.Join(_model.Root, "outside.sig"), link = _model[name];
        File.Move(_model.SignaturePath, outside);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, outside);
        Assert.True(_model.Verify(request => request with { SignaturePath = link }).IsValid);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => _model.Verify(request => request with { SignaturePath = link, ForbidSymlinks = true }));
        Assert.Equal(("SymlinkRefused", link), (refusal.Definition.Id, refusal.Target));

        // Elsewhere it is the verifier's own.
        File.Delete(link);
        string own = Path.Join(_model.Root, "own.sig");
        File.CreateSymbolicLink(own, outside);
        Assert.True(_model.Verify(request => request with { SignaturePath = own, ForbidSymlinks = true }).IsValid);
    }

    [Fact]
    public void A_signature_beside_a_single_file_that_is_a_link_is_refused_where_links_are()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Links need a privilege on Windows.");
        string file = _model["config.json"];
        _model.Sign(request => request with { ModelPath = file, SignaturePath = Path.Join(_model.Root, "outside.sig") });
        File.CreateSymbolicLink(file + ".sig", Path.Join(_model.Root, "outside.sig"));
        VerificationRequest Beside(VerificationRequest request) => request with { ModelPath = file, SignaturePath = file + ".sig" };
        Assert.True(_model.Verify(Beside).IsValid);
        Assert.Equal("SymlinkRefused", Assert.Throws<ModelSigningException>(() => _model.Verify(request => Beside(request) with { ForbidSymlinks = true })).Definition.Id);
    }

    [Fact]
    public void A_model_that_is_a_link_itself_is_verified_under_its_own_path()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Links need a privilege on Windows.");
        _model.Sign();
        string link = Path.Join(_model.Root, "link");
        Directory.CreateSymbolicLink(link, _model.ModelPath);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => _model.Verify(request => request with { ModelPath = link }));
        Assert.Contains("Specify the path of its target", refusal.Cure, StringComparison.Ordinal);
    }
}
