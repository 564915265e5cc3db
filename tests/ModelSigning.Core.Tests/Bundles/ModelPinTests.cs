using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;
using ModelSigning.Core.Tests.Signing;

namespace ModelSigning.Core.Tests.Bundles;

/// <summary>A pin is the name of exactly one content; the expected ones were computed by a program of another language.</summary>
public sealed class ModelPinTests
{
    private static readonly Resource Config = Of("config.json", "{}"), Weights = Of("weights/part-1.bin", "one");

    [Fact]
    public void The_pin_of_the_example_on_the_page_is_what_the_page_says()
    {
        const string expected = "pin1:f57329ab280501eb617ad14fff172a927360935b52ddbdaee64136dc9427eca0";
        Assert.Equal(expected, Pin(new Serialization(), Config, Weights));
        Assert.Equal(expected, Pin(new Serialization(), Weights, Config));
        Assert.Contains(expected, File.ReadAllText(Path.Join(Testing.SharedData.RepositoryRoot, "docs", "trust-policy.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_links_and_ignored_paths_are_part_of_it()
    {
        Serialization serialization = new() { ShardSize = 2, AllowSymlinks = true, IgnorePaths = ["a/😀", "drafts", "drafts"] };
        Assert.Equal("pin1:88eedd3ed64686903ca1371e96b20f5fa8ff8cd1ac83987254ef1d9ab24483fe", Pin(serialization, Of("w:0:2", "on"), Of("w:2:3", "e")));
    }

    [Fact]
    public void Names_are_in_the_order_of_their_UTF8_bytes()
    {
        Serialization serialization = new() { HashType = DigestAlgorithm.Blake2b, IgnorePaths = ["\U00010000", "\uE000x"] };
        Resource Long(string name, string digest) => new(name, Convert.FromHexString(digest));
        const string a = "333fcb4ee1aa7c115355ec66ceac917c8bfd815bf7587d325aec1864edd24e34d5abe2c6b1b5ee3face62fed78dbef802f2a85cb91d455a8f5249d330853cb3c";
        const string b = "c029c24b2c89db037fbf8b04930569fd8422f7c0d62f36c8dae35d03332139e546a1126f6c75be43685598f48cefff1d05a3c74d804fcd5c0a53734cfb0bb862";
        Assert.Equal("pin1:8e6a2f3ec9c6a231454acfd64de6b8ebe6d0a9b0a9dfdf76975eb69f77b782dc", Pin(serialization, Long("\U00010000", b), Long("\uE000", a)));
    }

    [Fact]
    public void Every_other_name_content_or_setting_is_another_pin()
    {
        Serialization plain = new();
        string[] pins =
        [
            Pin(plain, Config, Weights),
            Pin(plain, Config),
            Pin(plain, Of("config.py", "{}"), Weights),
            Pin(plain, Of("config.json", "{ }"), Weights),
            Pin(plain, Config, Weights, Of("empty", "")),
            Pin(plain with { AllowSymlinks = true }, Config, Weights),
            Pin(plain with { ShardSize = 1 }, Config, Weights),
            Pin(plain with { ShardSize = 2 }, Config, Weights),
            Pin(plain with { HashType = DigestAlgorithm.Blake3 }, Config, Weights),
            Pin(plain with { IgnorePaths = ["drafts"] }, Config, Weights),
            Pin(plain with { IgnorePaths = ["drafts", "notes"] }, Config, Weights),
            Pin(plain with { IgnorePaths = ["draftsnotes"] }, Config, Weights),
            Pin(plain with { IgnorePaths = ["other.sig"] }, Config, Weights),
            Pin(plain with { IgnorePaths = ["sub/.git"] }, Config, Weights),
        ];
        Assert.Equal(pins.Length, pins.Distinct(StringComparer.Ordinal).Count());
        Assert.All(pins, pin => Assert.True(ModelPin.IsPin(pin)));
    }

    [Fact]
    public void What_every_tool_leaves_out_and_the_signatures_own_name_are_not_part_of_it()
    {
        Serialization git = new() { IgnorePaths = [".git", ".gitattributes", ".github", ".gitignore", "model.sig"] };
        Assert.Equal(Pin(new Serialization(), Config), Pin(git, Config));
        Serialization own = git with { IgnorePaths = [.. git.IgnorePaths, "vendor.sig"] };
        Assert.NotEqual(Pin(git, Config), Pin(own, Config));
        Assert.Equal(Pin(git, Config), ModelPin.Of(Manifest.Of("m", own, [Config]), "vendor.sig"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("skill.oms.sig")]
    [InlineData("vendor.sig")]
    public void A_signature_has_the_pin_of_its_model_wherever_in_it_the_signature_lies(string? name)
    {
        using ModelFixture model = new();
        string? path = name is null ? null : model[name];
        model.Sign(request => request with { SignaturePath = path });
        Assert.Equal("pin1:f57329ab280501eb617ad14fff172a927360935b52ddbdaee64136dc9427eca0", model.Verify(request => request with { SignaturePath = path }).Statement.Pin);
    }

    [Fact]
    public void A_claim_about_the_model_without_a_path_that_was_left_out_is_not_about_the_model_with_it()
    {
        Serialization drafts = new() { IgnorePaths = ["drafts", "vendor.sig"] };
        Manifest manifest = Manifest.Of("m", drafts, [Config]);
        HashSet<string> digits = ModelPin.DigitsUnderAnyName(manifest, ModelPin.Of(manifest, null));
        Assert.Equal(
            new[] { Digits(drafts), Digits(drafts with { IgnorePaths = ["drafts"] }) }.Order(StringComparer.Ordinal),
            digits.Order(StringComparer.Ordinal));

        static string Digits(Serialization serialization) => Pin(serialization, Config)[ModelPin.Prefix.Length..];
    }

    private static string Pin(Serialization serialization, params Resource[] resources) => ModelPin.Of(Manifest.Of("m", serialization, resources), null);

    private static Resource Of(string name, string content) => new(name, SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
