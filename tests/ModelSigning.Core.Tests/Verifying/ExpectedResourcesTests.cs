using ModelSigning.Core.Errors;
using ModelSigning.Core.Models;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Tests.Verifying;

/// <summary>The names of a bundle on systems that these tests need not run on.</summary>
public class ExpectedResourcesTests
{
    [Theory]
    [InlineData("sub/NUL.txt")]
    [InlineData("weights.bin:stream")]
    [InlineData("C:/windows/system.ini")]
    [InlineData("weights.bin.")]
    public void A_bundle_with_a_name_that_Windows_reads_otherwise_is_refused_there_and_nowhere_else(string name)
    {
        Assert.Equal("ResourceNameInvalid", Refusal([name], onWindows: true, ignoringCase: true));
        Assert.Null(Refusal([name], onWindows: false, ignoringCase: false));
    }

    [Fact]
    public void A_bundle_whose_names_are_one_file_on_a_volume_that_ignores_case_is_refused_there()
    {
        Assert.Equal("ResourceNameInvalid", Refusal(["README.md", "readme.md"], onWindows: false, ignoringCase: true));
        Assert.Null(Refusal(["README.md", "readme.md"], onWindows: false, ignoringCase: false));
    }

    [Theory]
    [InlineData(25, 25)]
    [InlineData(30, 30)]
    [InlineData(39, 39)]
    [InlineData(40, 40)]
    [InlineData(9_000_000_000_000_000_000, 40)]
    public void A_file_in_shards_counts_with_one_shard_more_than_was_signed_at_most(long length, long counted)
    {
        Resource[] signed = [new("w:0:10", default), new("w:10:20", default), new("w:20:25", default)];
        List<ModelFile> files = [new("other", length), new("w", length)];
        ExpectedResources.Shorten(files, signed, 10);
        Assert.Equal([new("other", length), new("w", counted)], files);
        ExpectedResources.Shorten(files, signed, null);
        Assert.Equal([new("other", length), new("w", counted)], files);
    }

    private static string? Refusal(string[] files, bool onWindows, bool ignoringCase) =>
        (Record.Exception(() => ExpectedResources.RefuseTraps(files, onWindows, ignoringCase)) as ModelSigningException)?.Definition.Id;
}
