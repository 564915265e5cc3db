using ModelSigning.Core.Signing;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Verifying;

/// <summary>What a verdict does not cover: all of it is named, whatever the switches.</summary>
public sealed class UncheckedPathsTests : IDisposable
{
    private readonly ModelFixture _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void An_empty_file_beside_shards_is_named_when_signing_and_when_verifying()
    {
        _model.Write("pkg/__init__.py", "");
        SigningResult signed = _model.Sign(request => request with { ShardSize = 1000 });
        Assert.Contains("'pkg/__init__.py'", Assert.Single(signed.Warnings), StringComparison.Ordinal);
        _model.Write("torch/__init__.py", "");
        VerificationResult result = _model.Verify();
        Assert.True(result.IsValid);
        Assert.Equal(["pkg/__init__.py", "torch/__init__.py"], result.UncheckedPaths);
    }

    // Whoever may write there can fill it after the verification.
    [Fact]
    public void A_link_to_an_empty_file_outside_the_model_is_an_extra_entry_also_beside_shards()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        _model.Write("pkg/__init__.py", "");
        _model.Sign(request => request with { ShardSize = 1000, AllowSymlinks = true });
        using TemporaryFolder elsewhere = new();
        elsewhere.Write("later.py", "");
        File.CreateSymbolicLink(_model["inside.py"], "pkg/__init__.py");
        File.CreateSymbolicLink(_model["outside.py"], elsewhere["later.py"]);
        VerificationResult result = _model.Verify();
        Assert.Equal(["outside.py"], result.Difference.Extra);
        Assert.Equal(["inside.py", "pkg/__init__.py"], result.UncheckedPaths);
        Assert.True(_model.Verify(request => request with { IgnoreUnsignedFiles = true }).IsValid);
    }

    [Fact]
    public void An_empty_file_that_was_added_to_a_model_signed_in_files_is_an_extra_entry()
    {
        _model.Sign();
        _model.Write("torch/__init__.py", "");
        VerificationResult result = _model.Verify();
        Assert.False(result.IsValid);
        Assert.Equal(["torch/__init__.py"], result.Difference.Extra);
        Assert.Empty(result.UncheckedPaths);
    }

    [Fact]
    public void A_link_to_a_folder_that_was_added_is_an_extra_entry_unless_it_is_excused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        _model.Sign(request => request with { AllowSymlinks = true });
        Directory.CreateSymbolicLink(_model["code"], _model.Root);
        File.CreateSymbolicLink(_model["weights/circle"], "circle");
        Assert.Equal(["code", "weights/circle"], _model.Verify().Difference.Extra);
        foreach (bool ignoreUnsigned in new[] { true, false })
        {
            VerificationResult excused = _model.Verify(
                request => request with { IgnoreUnsignedFiles = ignoreUnsigned, IgnorePaths = ignoreUnsigned ? [] : ["code", "weights/circle"] });
            Assert.True(excused.IsValid);
            Assert.Equal(["code", "weights/circle"], excused.UncheckedPaths);
        }
    }

    [Fact]
    public void A_link_to_a_folder_in_a_signed_files_place_is_a_missing_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        _model.Sign(request => request with { AllowSymlinks = true });
        File.Delete(_model["config.json"]);
        Directory.CreateSymbolicLink(_model["config.json"], _model["weights"]);
        foreach (bool ignoreUnsigned in new[] { true, false })
        {
            VerificationResult result = _model.Verify(request => request with { IgnoreUnsignedFiles = ignoreUnsigned });
            Assert.Equal(["config.json"], result.Difference.Missing);
            Assert.Empty(result.Difference.Extra);
            Assert.Empty(result.UncheckedPaths);
        }
    }

    [Fact]
    public void Whatever_lies_beside_the_signed_files_is_named_where_only_they_count()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems do not have all of these.");
        _model.Sign(request => request with { IgnorePaths = ["cache"] });
        UnixEntries.MakeFifo(_model.ModelPath, "pipe"u8);
        UnixEntries.MakeLink(_model.ModelPath, "link"u8, "/"u8);
        UnixEntries.MakeLink(_model.ModelPath, "dangling"u8, "nowhere"u8);
        UnixEntries.WriteFile(_model.ModelPath, [.. "bad"u8, 0xFF]);
        Array.ForEach(["empty", "cache", ".git"], name => Directory.CreateDirectory(Path.Join(_model.ModelPath, name)));
        _model.Write("weights/new", "");
        VerificationResult result = _model.Verify(request => request with { IgnoreUnsignedFiles = true });
        Assert.True(result.IsValid);
        Assert.Equal([".git", @"bad\xFF", "cache", "dangling", "link", "pipe", "weights/new"], result.UncheckedPaths);
    }

    [Theory]
    [InlineData("weights", "weights")]
    [InlineData("weights/*.bin", "weights")]
    [InlineData("*.json", "")]
    [InlineData("weights/part-1.bin", null)]
    public void An_entry_whose_name_cannot_be_told_is_named_where_it_may_be_among_the_selected_files(string include, string? folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems do not have such names.");
        _model.Sign();
        UnixEntries.WriteFile(_model.ModelPath, [.. "bad"u8, 0xFF]);
        UnixEntries.WriteFile(_model["weights"], [.. "bad"u8, 0xFF]);
        VerificationResult result = _model.Verify(request => request with { IgnoreUnsignedFiles = true, IncludePaths = [include] });
        Assert.True(result.IsValid);
        Assert.Equal(folder is null ? ["."] : [".", folder.Length == 0 ? @"bad\xFF" : $@"{folder}/bad\xFF"], result.UncheckedPaths);
    }

    [Fact]
    public void A_folder_that_cannot_be_listed_is_named_where_only_signed_files_count()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Needs mode bits, and a user whom they bind.");
        _model.Sign();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_model["weights"], UnixFileMode.UserExecute);
        }

        VerificationResult result = _model.Verify(request => request with { IgnoreUnsignedFiles = true });
        Assert.True(result.IsValid);
        Assert.Equal(["weights"], result.UncheckedPaths);
    }
}
