using System.Text;
using ModelSigning.Core.Files;
using ModelSigning.Core.Policy;

namespace ModelSigning.Core.Tests.Policy;

/// <summary>A pattern under the rules of a system that may be another than the one at hand.</summary>
public sealed class ModelPatternPlatformTests
{
    [Theory]
    [InlineData(@"D:\models\prod\llama")]
    [InlineData("D:/models/prod/llama")]
    [InlineData(@"d:\MODELS\Prod\LLAMA")]
    [InlineData(@"D:\models\prod\llama\")]
    [InlineData(@"D:\models\\prod/llama")]
    [InlineData(@"\\?\D:\models\prod\llama")]
    [InlineData(@"\\.\D:\models\prod\llama")]
    [InlineData(@"\??\D:\models\prod\llama")]
    [InlineData("//?/D:/models/prod/llama")]
    public void Every_spelling_of_a_path_of_Windows_falls_under_the_same_pattern(string path)
    {
        Assert.True(Windows("D:/models/prod/*").Fits(path));
        Assert.True(Windows(@"d:\models\prod\llama").Fits(path));
        Assert.True(Windows(@"\\?\D:\models\prod\*").Fits(path));
        Assert.True(Windows("llama").Fits(path));
    }

    [Theory]
    [InlineData(@"\\server\share\llama")]
    [InlineData("//SERVER/share/llama")]
    [InlineData(@"\\?\UNC\server\share\llama")]
    [InlineData(@"\\?\unc\Server\Share\llama")]
    [InlineData(@"\\.\UNC\server\share\llama")]
    public void Every_spelling_of_a_share_falls_under_the_same_pattern(string path)
    {
        Assert.True(Windows(@"\\server\share\*").Fits(path));
        Assert.True(Windows(@"\\?\UNC\server\share\*").Fits(path));
        Assert.True(Windows("**/share/*").Fits(path));
        Assert.False(Windows("/server/share/*").Fits(path));
        Assert.False(Windows("/**/server/share/*").Fits(path));
    }

    [Theory]
    [InlineData(@"D:\models\prod::$INDEX_ALLOCATION")]
    [InlineData(@"D:\models\prod:$I30:$INDEX_ALLOCATION\llama")]
    [InlineData(@"D:\models\llama.bin:other")]
    [InlineData(@"D:\models\llama.bin::$DATA")]
    [InlineData(@"\\?\D:\models\prod.\llama")]
    [InlineData(@"\\?\D:\models\prod \llama")]
    [InlineData(@"\\?\D:\models\x\..\prod\llama")]
    [InlineData(@"\\?\GLOBALROOT\Device\HarddiskVolume2\models\llama")]
    [InlineData(@"\\?\Volume{01234567-89ab-cdef-0123-456789abcdef}\models\llama")]
    [InlineData(@"\\?\UNC\?\D:\models\llama")]
    [InlineData(@"\\.\NUL")]
    [InlineData(@"\\.\pipe\model")]
    [InlineData(@"D:\models\CON\llama")]
    [InlineData(@"D:models\llama")]
    [InlineData(@"\models\llama")]
    public void What_has_no_ordinary_spelling_on_Windows_falls_under_no_pattern(string path) =>
        Assert.All((string[])["*", "**/*", "/**", "D:/**", "**"], pattern => Assert.False(Windows(pattern).Fits(path)));

    [Theory]
    [InlineData("../models/*", "/models/llama", true)]
    [InlineData("./team/../models/*", "/policies/models/llama", true)]
    [InlineData("/store/../models/*", "/models/llama", true)]
    [InlineData("/../models/*", "/models/llama", true)]
    [InlineData("/a/*/../b", "/a/b", true)]
    [InlineData("../models/*", "/policies/models/llama", false)]
    [InlineData("/store/**/../models", "/store/models", false)]
    [InlineData("..", "/policies", false)]
    [InlineData(".", "/policies", false)]
    public void Dots_in_a_pattern_are_those_of_a_path(string pattern, string path, bool fits) =>
        Assert.Equal(fits, new ModelPattern(pattern, "/policies", FileSystemRules.Unix).Fits(path));

    [Fact]
    public void Case_and_the_form_of_accents_count_where_the_file_system_counts_them()
    {
        string composed = "/store/Modèle".Normalize(NormalizationForm.FormC), apart = "/store/Modèle".Normalize(NormalizationForm.FormD);
        Assert.NotEqual(composed, apart);
        Assert.True(new ModelPattern("/store/modèle".Normalize(NormalizationForm.FormC), "/", FileSystemRules.MacOS).Fits(apart));
        Assert.True(new ModelPattern("mod?le", "/", FileSystemRules.MacOS).Fits(apart));
        Assert.False(new ModelPattern(composed, "/", FileSystemRules.Unix).Fits(apart));
        Assert.False(new ModelPattern("/Store/*", "/", FileSystemRules.Unix).Fits(composed));
        Assert.True(new ModelPattern(composed, "/", FileSystemRules.Unix).Fits(composed));
    }

    [Theory]
    [InlineData("kernel", "/store/\u212Aernel")]
    [InlineData("STORE", "/x/\u017Ftore")]
    [InlineData("\u00B5", "/x/\u03BC")]
    public void Letters_that_a_file_system_takes_for_one_are_one(string pattern, string path)
    {
        Assert.True(new ModelPattern(pattern, "/", FileSystemRules.MacOS).Fits(path));
        Assert.False(new ModelPattern(pattern, "/", FileSystemRules.Unix).Fits(path));
    }

    private static ModelPattern Windows(string pattern) => new(pattern, @"C:\policies", FileSystemRules.Windows);
}
