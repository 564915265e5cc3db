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
    [InlineData("a:b/c", "/policies/a:b/c", true)]
    [InlineData("a:b/c", "a:b/c", false)]
    [InlineData("ab/c", "/policies/ab/c", true)]
    [InlineData("**a/x", "/policies/qa/x", true)]
    [InlineData("**a/x", "/elsewhere/qa/x", false)]
    [InlineData("D:/models/*", "D:/models/x", true)]
    [InlineData("D:\\models\\*", "D:/models/x", true)]
    [InlineData("//server/share/*", "//server/share/x", true)]
    public void A_pattern_fits_names_or_whole_paths(string pattern, string path, bool fits) =>
        Assert.Equal(fits, new ModelPattern(pattern, "/policies", FileSystemRules.Unix).Fits(path));

    [Theory]
    [InlineData("/a*b", "/a*b/x", true)]
    [InlineData("/a*b", "/aXb/x", false)]
    [InlineData("/a?b", "/a?b/x", true)]
    [InlineData("/a?b", "/aXb/x", false)]
    [InlineData("/**", "/**/x", true)]
    [InlineData("/**", "/elsewhere/x", false)]
    [InlineData("/a\\b", "/a\\b/x", true)]
    [InlineData("/a\\b", "/a/b/x", false)]
    public void The_policys_folder_is_never_a_pattern_itself(string directory, string path, bool fits) =>
        Assert.Equal(fits, new ModelPattern("./x", directory, FileSystemRules.Unix).Fits(path));

    [Theory]
    [InlineData("~", "home folder")]
    [InlineData("~/models/*", "home folder")]
    [InlineData("~\\models\\*", "home folder")]
    [InlineData("~user/models", "home folder")]
    [InlineData("$HOME/models/*", "'$HOME'")]
    [InlineData("${HOME}/models/*", "'${HOME}'")]
    [InlineData("$env:USERPROFILE\\models", "'$env:USERPROFILE'")]
    [InlineData("$(pwd)/models", "'$(pwd)'")]
    [InlineData("%USERPROFILE%\\models", "'%USERPROFILE%'")]
    [InlineData("D:/models/%USERNAME%/*", "'%USERNAME%'")]
    [InlineData("%X%", "'%X%'")]
    [InlineData("file:///srv/models/*", "not an address")]
    [InlineData("FILE:/srv/models", "not an address")]
    [InlineData("https://example.com/models/*", "not an address")]
    [InlineData("oci://example.com/m", "not an address")]
    [InlineData("team/", "ends with a slash")]
    [InlineData("/srv/models/**/", "ends with a slash")]
    [InlineData("D:\\models\\", "ends with a slash")]
    [InlineData("/", "ends with a slash")]
    [InlineData(".", "never '.'")]
    [InlineData("a\0b", "null character")]
    public void A_pattern_that_can_never_match_is_told_with_what_to_write(string pattern, string fault) =>
        Assert.Contains(fault, ModelPattern.Fault(pattern), StringComparison.Ordinal);

    [Theory]
    [InlineData("*")]
    [InlineData("~*")]
    [InlineData("model~1")]
    [InlineData("/srv/$RECYCLE.BIN/x")]
    [InlineData("100%")]
    [InlineData("a%2Fb%2Fc")]
    [InlineData("D:/models/**")]
    [InlineData("//server/share$/*")]
    [InlineData("../models/*")]
    [InlineData("./m")]
    [InlineData("/srv/~/m")]
    public void A_pattern_that_can_match_is_taken(string pattern) => Assert.Null(ModelPattern.Fault(pattern));

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
