using ModelSigning.Core.Files;
using ModelSigning.Core.Policy;

namespace ModelSigning.Core.Tests.Policy;

public sealed class ModelPatternTests
{
    [Theory]
    [InlineData("llama-3", "/store/llama-3", true)]
    [InlineData("llama-3", "/store/llama-3/sub", false)]
    [InlineData("llama-*", "/store/llama-3", true)]
    [InlineData("llama-*", "/store/xllama-3", false)]
    [InlineData("llama-?", "/store/llama-33", false)]
    [InlineData("*", "/store/anything", true)]
    [InlineData("/store/llama-3", "/store/llama-3", true)]
    [InlineData("/store/*", "/store/llama-3", true)]
    [InlineData("/store/*", "/store/team/llama-3", false)]
    [InlineData("/store/**", "/store/team/llama-3", true)]
    [InlineData("/store/**", "/store", true)]
    [InlineData("/store/**", "/storefront/llama-3", false)]
    [InlineData("/store/**/llama-3", "/store/a/b/llama-3", true)]
    [InlineData("/store/**/llama-3", "/store/llama-3", true)]
    [InlineData("**/team/*", "/any/where/team/x", true)]
    [InlineData("**/team/*", "/any/where/team/x/y", false)]
    [InlineData("/a/**/b/**/c", "/a/x/b/y/b/z/c", true)]
    [InlineData("/a/**/b/**/c", "/a/x/y/z/c", false)]
    [InlineData("team/*", "/policies/team/x", true)]
    [InlineData("./team/*", "/policies/team/x", true)]
    [InlineData("team/*", "/elsewhere/team/x", false)]
    [InlineData("D:/models/*", "D:/models/x", true)]
    [InlineData("D:\\models\\*", "D:/models/x", true)]
    [InlineData("//server/share/*", "//server/share/x", true)]
    public void A_pattern_fits_names_or_whole_paths(string pattern, string path, bool fits) =>
        Assert.Equal(fits, new ModelPattern(pattern, "/policies", FileSystemRules.Unix).Fits(path));

    [Theory]
    [InlineData("*", true)]
    [InlineData("**/*", true)]
    [InlineData("/**", true)]
    [InlineData("/store/**", false)]
    [InlineData("a*", false)]
    public void A_pattern_for_every_model_is_known_as_one(string pattern, bool all) =>
        Assert.Equal(all, new ModelPattern(pattern, "/policies").IsCatchAll);

    [Fact]
    public void A_hostile_path_costs_no_more_than_its_length_times_the_patterns()
    {
        string path = "/" + string.Join('/', Enumerable.Repeat("a", 20_000));
        Assert.False(new ModelPattern("/**/a/**/a/**/a/**/a/**/b", "/", FileSystemRules.Unix).Fits(path));
    }
}
