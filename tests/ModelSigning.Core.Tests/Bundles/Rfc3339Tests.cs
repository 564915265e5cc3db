using ModelSigning.Core.Input;

namespace ModelSigning.Core.Tests.Bundles;

public class Rfc3339Tests
{
    [Theory]
    [InlineData("2022-12-31T23:59:59.999Z", 638081279999990000)]
    [InlineData("2022-12-31T23:59:59Z", 638081279990000000)]
    [InlineData("2022-12-31T23:59:59.999999999Z", 638081279999999999)]
    [InlineData("2023-01-01T01:59:59+02:00", 638081279990000000)]
    [InlineData("2022-12-31T18:59:59.5-05:00", 638081279995000000)]
    public void An_instant_is_read_in_UTC(string text, long ticks)
    {
        Assert.True(Rfc3339.TryParse(text, out DateTimeOffset time));
        Assert.Equal(new DateTimeOffset(ticks, TimeSpan.Zero), time);
        Assert.Equal(TimeSpan.Zero, time.Offset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2022-12-31")]
    [InlineData("2022-12-31T23:59:59")]
    [InlineData("2022-12-31 23:59:59Z")]
    [InlineData("2022-12-31T23:59:59.Z")]
    [InlineData("2022-12-31T23:59:59.1234567890Z")]
    [InlineData("2022-13-31T23:59:59Z")]
    [InlineData(" 2022-12-31T23:59:59Z")]
    [InlineData("31.12.2022 23:59:59Z")]
    public void Any_other_text_is_refused(string text) => Assert.False(Rfc3339.TryParse(text, out _));
}
