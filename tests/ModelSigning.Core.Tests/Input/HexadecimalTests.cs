using ModelSigning.Core.Input;

namespace ModelSigning.Core.Tests.Input;

public class HexadecimalTests
{
    [Fact]
    public void Digits_are_written_in_lower_case() => Assert.Equal("00abff", Hexadecimal.Write([0, 0xAB, 0xFF]));

    [Theory]
    [InlineData("00abff", true)]
    [InlineData("00ABFF", false)]
    [InlineData("00abf", false)]
    [InlineData("00abff00", false)]
    [InlineData("", false)]
    [InlineData("00abfg", false)]
    [InlineData("00ab f", false)]
    [InlineData("0xabff", false)]
    [InlineData("00ab\u0666\u0666", false)]
    public void Digits_of_a_format_are_read_in_lower_case_and_in_their_length_alone(string text, bool accepted)
    {
        Assert.Equal(accepted, Hexadecimal.TryRead(text, new byte[3]));
        Assert.Equal(accepted, Hexadecimal.TryRead(System.Text.Encoding.UTF8.GetBytes(text), new byte[3]));
    }

    [Theory]
    [InlineData("00aBFf", 3)]
    [InlineData("", 0)]
    [InlineData("0", null)]
    [InlineData("0g", null)]
    [InlineData(" 00", null)]
    public void Digits_of_people_are_read_in_either_case(string text, int? length) => Assert.Equal(length, Hexadecimal.ReadAnyCase(text)?.Length);
}
