using System.Globalization;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Tests;

public class PrintableTextTests
{
    [Theory]
    [InlineData("a\u001b[2Kb", "a\\u001b[2Kb")]
    [InlineData("line\nnext\ttab\r", "line\\u000anext\\u0009tab\\u000d")]
    [InlineData("r\u202egpj.exe", "r\\u202egpj.exe")]
    [InlineData("l\u2028p\u2029c\u009b", "l\\u2028p\\u2029c\\u009b")]
    [InlineData("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff")]
    [InlineData("no\uffff\ufffe\ufdd0character", "no\\uffff\\ufffe\\ufdd0character")]
    [InlineData("a\U000e0001b\U0001ffffc\U000e0100", "a\\U000e0001b\\U0001ffffc\\U000e0100")]
    [InlineData("Stra\u00dfe \u4f60\u597d \ud83d\ude00 e\u0301", "Stra\u00dfe \u4f60\u597d \ud83d\ude00 e\u0301")]
    public void Only_what_would_control_a_terminal_is_escaped(string text, string shown) => Assert.Equal(shown, PrintableText.Of(text));

    [Fact]
    public void Invisible_tag_characters_do_not_pass_as_half_of_a_pair() =>
        Assert.DoesNotContain('\udb40', PrintableText.Of("a\U000E0041b"));

    // An attribute cannot hold such text.
    [Fact]
    public void Half_of_a_pair_is_escaped_and_a_whole_one_beside_it_is_not() =>
        Assert.Equal("\\udc00half \ud83d\ude00 \\ud83d", PrintableText.Of("\udc00half \ud83d\ude00 \ud83d"));

    [Fact]
    public void A_message_is_made_by_the_same_rule()
    {
        string text = string.Concat(Enumerable.Range(0, 0x3000).Select(unit => (char)unit));
        ModelSigningException refusal = new(new ErrorDefinition("Id", ErrorKind.InvalidData, "Cause.", "Cure."), text[..4000]);
        Assert.Equal(PrintableText.Of(text[..4000]), refusal.Message);
        Assert.DoesNotContain(refusal.Message, unit => char.GetUnicodeCategory(unit) is UnicodeCategory.Control or UnicodeCategory.Format);
    }
}
