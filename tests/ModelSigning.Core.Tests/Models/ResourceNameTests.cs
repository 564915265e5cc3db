using System.Text;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Tests.Models;

public class ResourceNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("a/b")]
    [InlineData(".hidden/..x/x..")]
    [InlineData("...")]
    [InlineData("a b:c\\d")]
    [InlineData("模型/é😀")]
    [InlineData("line\nbreak")]
    public void A_relative_path_of_plain_components_is_canonical(string name) => Assert.True(ResourceName.IsCanonical(name));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/etc/passwd")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("./a")]
    [InlineData("a/.")]
    [InlineData("a/./b")]
    [InlineData("../outside")]
    [InlineData("d/../../outside")]
    [InlineData("a/..")]
    [InlineData("a\0b")]
    public void Whatever_could_leave_the_model_is_not_canonical(string name) => Assert.False(ResourceName.IsCanonical(name));

    [Fact]
    public void Half_a_surrogate_pair_is_not_text() => Assert.All((string[])["half\ud800", "\udc00half", "\ud800/\udc00"], name => Assert.False(ResourceName.IsCanonical(name)));

    [Theory]
    [InlineData("C:/windows/system.ini")]
    [InlineData("c:secret")]
    [InlineData("..\\outside")]
    [InlineData("weights.bin:stream")]
    [InlineData("NUL")]
    [InlineData("sub/nul.txt")]
    [InlineData("aux .bin")]
    [InlineData("con.tar.gz")]
    [InlineData("NUL .txt")]
    [InlineData("sub/PRN./x")]
    [InlineData("weights.bin::$DATA")]
    [InlineData("sub:$INDEX_ALLOCATION/x")]
    [InlineData("\\\\?\\C:\\windows\\system.ini")]
    [InlineData("\\\\.\\pipe\\x")]
    [InlineData("\\\\server\\share\\x")]
    [InlineData("sub\\weights.bin")]
    [InlineData("COM1")]
    [InlineData("com0.txt")]
    [InlineData("LPT³.log")]
    [InlineData("lpt9.log")]
    [InlineData("COM¹")]
    [InlineData("CONOUT$")]
    [InlineData("conin$")]
    [InlineData("weights.bin.")]
    [InlineData("weights.bin ")]
    [InlineData("sub.../weights.bin")]
    [InlineData("sub /weights.bin")]
    [InlineData("wild*card")]
    [InlineData("line\nbreak")]
    [InlineData("con")]
    [InlineData("PRN")]
    [InlineData("Aux.tar.gz")]
    [InlineData("COM1 .txt")]
    [InlineData("sub/COM²/w.bin")]
    [InlineData("lpt¹.bin")]
    [InlineData("LPT³")]
    [InlineData("COM0")]
    [InlineData("CONIN$")]
    [InlineData("conout$.log")]
    [InlineData("NUL.")]
    [InlineData("w.bin::$DATA")]
    [InlineData("dir:$I30:$INDEX_ALLOCATION/w.bin")]
    [InlineData("x. .")]
    [InlineData("x...")]
    [InlineData("\\\\?\\C:\\w.bin")]
    [InlineData("\\\\server\\share")]
    [InlineData("quote\"d")]
    [InlineData("pipe|")]
    [InlineData("a<b")]
    [InlineData("a>b")]
    [InlineData("what?")]
    [InlineData("bell\a")]
    [InlineData("end\u001f")]
    public void A_name_that_means_another_file_on_Windows_is_told(string name)
    {
        Assert.True(ResourceName.IsCanonical(name));
        Assert.False(WindowsName.IsUsable(name));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData(".gitignore")]
    [InlineData("console/communication.bin")]
    [InlineData("COM10.txt")]
    [InlineData("COM")]
    [InlineData("COM⁴")]
    [InlineData("lptx")]
    [InlineData("CONIN")]
    [InlineData("con-fig/x.con")]
    [InlineData("..x")]
    [InlineData("x y/.z")]
    [InlineData(" NUL")]
    [InlineData("AUX1")]
    [InlineData("del\u007f")]
    [InlineData("模型 (copy)/weights.bin")]
    public void Ordinary_names_are_usable_on_Windows(string name) => Assert.True(WindowsName.IsUsable(name));

    [Fact]
    public void Long_names_and_paths_are_usable_on_Windows() => Assert.True(WindowsName.IsUsable(new string('a', 200) + "/" + new string('b', 200)));

    [Theory]
    [InlineData("weights.bin", "Weights.BIN")]
    [InlineData("Sub/config.json", "sub/config.json")]
    [InlineData("\u00e9t\u00e9.bin", "e\u0301te\u0301.bin")]
    [InlineData("\u00c9t\u00e9.bin", "\u00e9t\u00e9.bin")]
    public void Two_names_that_some_volume_takes_for_one_file_are_found(string first, string second) =>
        Assert.Equal(second, ResourceName.FindAlias(["config.json", first, second]));

    [Fact]
    public void Names_that_every_volume_tells_apart_are_not_aliases() =>
        Assert.Null(ResourceName.FindAlias(["a/config.json", "b/config.json", "config.json", "config.jso", "stra\u00dfe", "strasse"]));

    [Theory]
    [InlineData("w:0:10", "w", 0, 10)]
    [InlineData("dir/w.bin:1000000000:2000000000", "dir/w.bin", 1_000_000_000, 2_000_000_000)]
    [InlineData("a:b:5:6", "a:b", 5, 6)]
    [InlineData("a:0:5:5:10", "a:0:5", 5, 10)]
    [InlineData(".:0:1", ".", 0, 1)]
    public void A_shard_is_named_by_its_last_two_numbers(string name, string file, long start, long end)
    {
        Assert.True(ResourceName.TryParseShard(name, out string parsedFile, out long parsedStart, out long parsedEnd));
        Assert.Equal((file, start, end), (parsedFile, parsedStart, parsedEnd));
        Assert.Equal(name, ResourceName.OfShard(file, start, end));
    }

    [Theory]
    [InlineData("w")]
    [InlineData("w:1")]
    [InlineData(":0:1")]
    [InlineData("w:1:1")]
    [InlineData("w:2:1")]
    [InlineData("w:01:2")]
    [InlineData("w:-1:2")]
    [InlineData("w:+1:2")]
    [InlineData("w: 1:2")]
    [InlineData("w:1:")]
    [InlineData("w::2")]
    [InlineData("w:0:9223372036854775808")]
    [InlineData("w:٠:١")]
    [InlineData("a:0:5\0")]
    public void Anything_else_is_not_a_shard(string name) => Assert.False(ResourceName.TryParseShard(name, out _, out _, out _));

    [Fact]
    public void Names_are_ordered_as_their_UTF8_bytes_are()
    {
        string[] pieces = ["", "a", "b", "/", " ", "-", ".", "é", "\u07ff", "\u0800", "\ud7ff", "\ue000", "～", "\uffff", "😀", "\U00010000", "\U0010ffff"];
        string[] names = [.. from x in pieces from y in pieces from z in pieces select x + y + z];
        string[] byBytes = [.. names.OrderBy(name => Convert.ToHexString(Encoding.UTF8.GetBytes(name)), StringComparer.Ordinal)];
        Assert.Equal(byBytes, names.Order(ResourceNameComparer.Instance));
    }
}
