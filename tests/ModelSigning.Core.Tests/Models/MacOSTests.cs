using ModelSigning.Core.Signing;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Models;

/// <summary>What docs/macos.md says of macOS, where another system can show it. The rules on names have tests of their own.</summary>
public sealed class MacOSTests : IDisposable
{
    private readonly ModelFixture _model = new();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("linked", "model")]
    [InlineData("model", "linked")]
    public void A_model_below_a_linked_folder_as_slash_tmp_is_the_same_model_by_both_paths(string signing, string verifying)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets only administrators and developers make symbolic links.");
        string link = Path.Join(_model.Root, "tmp");
        Directory.CreateSymbolicLink(link, _model.Root);
        string Through(string way) => way == "linked" ? Path.Join(link, "model") : _model.ModelPath;

        // The signature is named by the other way each time, and is still known for the file that is not signed.
        SigningResult made = _model.Sign(request => request with { ModelPath = Through(signing), SignaturePath = Path.Join(Through(verifying), "model.sig") });
        Assert.Equal(2, made.Manifest.Resources.Count);
        VerificationResult result = _model.Verify(request => request with { ModelPath = Through(verifying), SignaturePath = Path.Join(Through(signing), "model.sig") });
        Assert.True(result.IsValid);
        Assert.Empty(result.UncheckedPaths);
    }

    [Fact]
    public void An_extended_attribute_as_the_quarantine_of_downloads_belongs_to_no_model()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Extended attributes are set as Linux does it.");
        _model.Sign();
        Assert.SkipUnless(
            UnixEntries.TrySetAttribute(_model["config.json"], "user.com.apple.quarantine", "0081;00000000;Safari;"u8), "This file system has no extended attributes.");
        VerificationResult result = _model.Verify();
        Assert.True(result.IsValid);
        Assert.Empty(result.UncheckedPaths);
    }

    [Fact]
    public void Nothing_of_the_engine_asks_for_OpenSSL() =>
        Assert.DoesNotContain("System.Security.Cryptography.OpenSsl", typeof(ModelVerifier).Assembly.GetReferencedAssemblies().Select(name => name.Name));
}
