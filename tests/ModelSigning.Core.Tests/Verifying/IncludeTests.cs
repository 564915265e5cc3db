using ModelSigning.Core.Errors;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Tests.Verifying;

/// <summary>Some files of a signed folder: each path must mean signed files, and every file that it means must be signed.</summary>
public sealed class IncludeTests : IDisposable
{
    private readonly ModelFixture _model = new();

    public IncludeTests()
    {
        _model.Write("weights/part-2.bin", "two");
        _model.Write("weights/deep/part-3.bin", "three");
        _model.Write("a[1].txt", "literal");
        _model.Write("a1.txt", "pattern");
    }

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("config.json", "config.json")]
    [InlineData("./config.json", "config.json")]
    [InlineData("*.json", "config.json")]
    [InlineData("weights/part-[12].bin", "weights/part-1.bin", "weights/part-2.bin")]
    [InlineData("weights/part-[1-9].bin", "weights/part-1.bin", "weights/part-2.bin")]
    [InlineData("weights/part-?.*", "weights/part-1.bin", "weights/part-2.bin")]
    [InlineData("weights", "weights/deep/part-3.bin", "weights/part-1.bin", "weights/part-2.bin")]
    [InlineData("weights/", "weights/deep/part-3.bin", "weights/part-1.bin", "weights/part-2.bin")]
    [InlineData("wei*", "weights/deep/part-3.bin", "weights/part-1.bin", "weights/part-2.bin")]
    [InlineData("**/part-*", "weights/deep/part-3.bin", "weights/part-1.bin", "weights/part-2.bin")]
    [InlineData("weights/**", "weights/deep/part-3.bin", "weights/part-1.bin", "weights/part-2.bin")]
    [InlineData("a[1].txt", "a1.txt", "a[1].txt")]
    public void Only_what_is_selected_is_hashed(string path, params string[] files)
    {
        _model.Sign();
        _model.Write("unsigned.py", "x");
        VerificationResult result = Verify(path);
        Assert.True(result.IsValid);
        Assert.Equal(VerificationScope.Partial, result.Scope);
        Assert.Equal(files, result.CheckedFiles);
        Assert.Equal(files.Length, result.FileCount);
        Assert.Equal(["."], result.UncheckedPaths);

        _model.Write(files[^1], "changed");
        Assert.Equal([files[^1]], Verify(path).Difference.Mismatched.Select(resource => resource.Name));
        File.Delete(_model[files[^1]]);
        Assert.Equal([files[^1]], Verify(path).Difference.Missing);
    }

    [Fact]
    public void A_file_that_is_named_itself_is_not_excused_because_its_name_is_a_pattern_for_another_one()
    {
        File.Delete(_model["a[1].txt"]);
        _model.Sign();
        _model.Write("a[1].txt", "evil");
        Assert.Equal(["a[1].txt"], _model.Verify(request => request with { IncludePaths = ["a[1].txt"], IgnoreUnsignedFiles = true }).Difference.Extra);
    }

    [Theory]
    [InlineData("weights/part-*", "weights/part-1-evil.bin")]
    [InlineData("weights", "weights/evil.py")]
    [InlineData("**/*.py", "weights/evil.py")]
    public void An_unsigned_file_that_a_path_means_is_a_difference(string path, string extra)
    {
        _model.Write("signed.py", "x");
        _model.Sign(request => request with { IgnorePaths = ["ignored"] });
        Assert.True(Verify(path).IsValid);
        _model.Write(extra, "x");
        Assert.Equal([extra], Verify(path).Difference.Extra);
        VerificationResult excused = _model.Verify(request => request with { IncludePaths = [path], IgnorePaths = [extra] });
        Assert.True(excused.IsValid);
        Assert.Equal([".", extra], excused.UncheckedPaths);
        Assert.Equal([".", extra], _model.Verify(request => request with { IncludePaths = [path], IgnoreUnsignedFiles = true }).UncheckedPaths);
    }

    [Theory]
    [InlineData("**/*.py", "code/link", true)]
    [InlineData("code/**/*.py", "code/link", true)]
    [InlineData("code/*/*.py", "code/link", true)]
    [InlineData("code/s*/**/*.py", "code/sub/link", true)]
    [InlineData("code/sub", "code/sub/link", true)]
    [InlineData("code/sub/*.py", "code/link", false)]
    [InlineData("code/s*/*.py", "code/sub/link", false)]
    [InlineData("code/*/*.py", "weights/link", false)]
    public void A_link_to_a_folder_that_can_have_files_a_path_means_is_a_difference(string path, string link, bool isDifference)
    {
        _model.Write("code/sub/signed.py", "x");
        _model.Sign(request => request with { AllowSymlinks = true });
        string outside = Directory.CreateDirectory(Path.Join(_model.Root, "outside")).FullName;
        File.WriteAllText(Path.Join(outside, "evil.py"), "x");
        Assert.True(Verify(path).IsValid);
        Directory.CreateSymbolicLink(_model[link], outside);
        Assert.Equal(isDifference ? [link] : [], Verify(path).Difference.Extra);
    }

    [Fact]
    public void A_folder_above_any_file_that_a_path_means_may_have_such_files()
    {
        Random random = new(5);
        string[] names = ["a", "b", "ab", "c.py"], parts = [.. names, "*", "**", "?", "[ab]", "a*", "*.py", "**"];
        int covered = 0;
        for (int round = 0; round < 5000; round++)
        {
            string path = string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => parts[random.Next(parts.Length)]));
            IncludedFiles included = IncludedFiles.Of([path], isWindows: false)!;
            string file = string.Join('/', Enumerable.Range(0, random.Next(1, 6)).Select(_ => names[random.Next(names.Length)]));
            if (included.Covers(file))
            {
                covered++;
                for (int slash = file.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = file.IndexOf('/', slash + 1))
                {
                    Assert.True(included.MayCoverIn(file[..slash]), $"'{path}' means '{file}'");
                }
            }
        }

        Assert.True(covered > 500);
    }

    [Theory]
    [InlineData("**/*.py", "cache")]
    [InlineData("*/*.py", "cache")]
    [InlineData("*/a/b/*.py", "cache")]
    [InlineData("code/*.py")]
    public void A_folder_that_was_left_out_and_can_have_files_a_path_means_is_named(string path, params string[] leftOut)
    {
        _model.Write("code/signed.py", "x");
        _model.Write("code/a/b/signed.py", "x");
        _model.Sign(request => request with { IgnorePaths = [_model["cache"]] });
        _model.Write("cache/a/b/evil.py", "x");
        _model.Write("cache/evil.py", "x");
        VerificationResult result = Verify(path);
        Assert.True(result.IsValid);
        Assert.Equal([".", .. leftOut], result.UncheckedPaths);
        Assert.Equal(leftOut.Length, result.Warnings.Count);
    }

    [Fact]
    public void A_signed_file_is_verified_whatever_list_excuses_it()
    {
        _model.Sign();
        _model.Write("config.json", "changed");
        VerificationResult result = _model.Verify(request => request with { IncludePaths = ["config.json"], IgnorePaths = ["config.json"], IgnoreUnsignedFiles = true });
        Assert.Equal("config.json", Assert.Single(result.Difference.Mismatched).Name);
    }

    [Fact]
    public void Names_of_signed_files_are_looked_up_and_nothing_is_listed()
    {
        _model.Sign();
        File.CreateSymbolicLink(_model["link"], "config.json");
        Assert.Equal("SymlinkRefused", Assert.Throws<ModelSigningException>(() => Verify("*.json")).Definition.Id);
        Assert.True(Verify("config.json", "weights/part-1.bin", "config.json").IsValid);

        File.Delete(_model["config.json"]);
        File.CreateSymbolicLink(_model["config.json"], "a1.txt");
        Assert.Equal("SymlinkRefused", Assert.Throws<ModelSigningException>(() => Verify("config.json")).Definition.Id);
    }

    [Fact]
    public void Shards_of_a_selected_file_are_verified_and_those_of_others_are_not()
    {
        _model.Sign(request => request with { ShardSize = 2 });
        _model.Write("config.json", "[]");
        Assert.True(Verify("weights").IsValid);
        _model.Write("weights/part-2.bin", "twox");
        Assert.False(Verify("weights/part-2.bin").IsValid);
    }

    [Theory]
    [InlineData("nothing.json")]
    [InlineData("Config.json")]
    [InlineData("*.py")]
    [InlineData("config.json/x")]
    public void A_path_that_means_no_signed_file_is_refused_although_another_does(string path)
    {
        _model.Sign();
        _model.Write("unsigned.py", "x");
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Verify("config.json", path));
        Assert.Equal("IncludeNotSigned", refusal.Definition.Id);
        Assert.Equal(path, refusal.Target);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("/config.json")]
    [InlineData("../model/config.json")]
    [InlineData("weights/../config.json")]
    [InlineData("weights//part-1.bin")]
    [InlineData("config.json\0")]
    [InlineData("a[]")]
    [InlineData("a[1")]
    [InlineData("a[9-1]")]
    public void A_path_that_can_mean_no_file_of_the_folder_is_refused(string path)
    {
        _model.Sign();
        Assert.Equal("IncludeInvalid", Assert.Throws<ModelSigningException>(() => Verify(path)).Definition.Id);
    }

    [Fact]
    public void Files_of_a_file_cannot_be_selected()
    {
        _model.Sign();
        Assert.Equal("IncludeNeedsFolder", Assert.Throws<ModelSigningException>(
            () => _model.Verify(request => request with { ModelPath = _model["config.json"], IncludePaths = ["config.json"] })).Definition.Id);
    }

    private VerificationResult Verify(params string[] paths) => _model.Verify(request => request with { IncludePaths = paths });
}
