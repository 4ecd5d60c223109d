using System.Globalization;
using FlowModule.Engine.Texts;

namespace FlowModule.Engine.Tests.Texts;

public sealed class DurationTextTests
{
    // The test of the timeline's script (Browser.Tests) has the same cases.
    [Theory]
    [InlineData(-1, "0.000 s")]
    [InlineData(0, "0.000 s")]
    [InlineData(12.9, "0.012 s")]
    [InlineData(12_345, "12.345 s")]
    [InlineData(59_999.9, "59.999 s")]
    [InlineData(60_000, "00:01:00")]
    [InlineData(11_405_999, "03:10:05")]
    [InlineData(86_399_999, "23:59:59")]
    [InlineData(86_400_000, "1d 00:00")]
    [InlineData(1_051_500_000, "12d 04:05")]
    public void A_duration_has_milliseconds_up_to_a_minute_and_minutes_from_a_day_on(double milliseconds, string text) =>
        Assert.Equal(text, DurationText.Of(TimeSpan.FromMilliseconds(milliseconds), CultureInfo.InvariantCulture));

    [Fact]
    public void A_table_has_the_decimal_point_of_its_reader() =>
        Assert.Equal("1,500 s", DurationText.Of(TimeSpan.FromSeconds(1.5), CultureInfo.GetCultureInfo("de-DE")));
}
