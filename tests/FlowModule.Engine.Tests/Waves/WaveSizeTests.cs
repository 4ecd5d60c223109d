using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Engine.Tests.Waves;

public class WaveSizeTests
{
    [Theory]
    [InlineData("1", 1, null, "1")]
    [InlineData(" 25 ", 25, null, "25")]
    [InlineData("2147483647", int.MaxValue, null, "2147483647")]
    [InlineData("10%", null, 10.0, "10%")]
    [InlineData("100 %", null, 100.0, "100%")]
    [InlineData(" 2.5% ", null, 2.5, "2.5%")]
    [InlineData("0.01%", null, 0.01, "0.01%")]
    [InlineData("50.0%", null, 50.0, "50%")]
    public void A_number_or_a_percentage_is_read(string text, int? count, double? percent, string shown)
    {
        WaveSize size = WaveSize.Parse(text);

        Assert.Equal(count, size.Count);
        Assert.Equal((decimal?)percent, size.Percent);
        Assert.Equal(shown, size.ToString());
        Assert.Equal(size, new WaveSize(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("all")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("1e2")]
    [InlineData("1,000")]
    [InlineData("2147483648")]
    [InlineData("0%")]
    [InlineData("-5%")]
    [InlineData("100.1%")]
    [InlineData("2,5%")]
    [InlineData("ten%")]
    [InlineData("10%%")]
    [InlineData("% 10")]
    public void Anything_else_is_refused_with_what_would_do(string text)
    {
        FormatException exception = Assert.Throws<FormatException>(() => WaveSize.Parse(text));

        Assert.StartsWith($"'{text}' is not a wave size. Use a whole number", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_of_runs_is_at_least_one()
    {
        Assert.Equal(WaveSize.Parse("3"), new WaveSize(3));
        Assert.Equal("A wave cannot reach 0 runs: the minimum is 1.", Assert.Throws<FormatException>(() => new WaveSize(0)).Message);
        Assert.Throws<FormatException>(() => new WaveSize(-3));
    }

    [Theory]
    [InlineData("5", 100, 5)]
    [InlineData("5", 3, 3)]
    [InlineData("10%", 100, 10)]
    [InlineData("10%", 101, 11)]
    [InlineData("1%", 3, 1)]
    [InlineData("33.3%", 1000, 333)]
    [InlineData("100%", 7, 7)]
    [InlineData("100%", int.MaxValue, int.MaxValue)]
    [InlineData("10%", 0, 0)]
    public void A_percentage_is_rounded_up_and_a_number_is_no_more_than_all(string size, int total, int expected) =>
        Assert.Equal(expected, WaveSize.Parse(size).Of(total));

    [Property]
    public Property What_a_size_shows_is_read_as_the_same() => Prop.ForAll(
        Gen.Choose(1, 1_000_000).Select(number => number % 2 == 0 ? new WaveSize(number) : new WaveSize($"{number / 1_000_000m * 100}%")).ToArbitrary(),
        size => Assert.Equal(size, WaveSize.Parse(size.ToString())));
}
