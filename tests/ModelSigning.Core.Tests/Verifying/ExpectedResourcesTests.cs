using ModelSigning.Core.Errors;
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

    private static string? Refusal(string[] files, bool onWindows, bool ignoringCase) =>
        (Record.Exception(() => ExpectedResources.RefuseTraps(files, onWindows, ignoringCase)) as ModelSigningException)?.Definition.Id;
}
