using FlowModule.Engine.FanOuts;

namespace FlowModule.Engine.Tests.FanOuts;

public sealed class TimeLeftTests
{
    private static TimeSpan? S(double? seconds) => seconds is { } known ? TimeSpan.FromSeconds(known) : null;

    [Theory]
    [InlineData(0, 100, 5.0, null, null)] // nothing has ended, and nothing is known of the flow
    [InlineData(0, 100, 0.0, 8.0, 200.0)] // 4 at once, each 8 s: 2 s a run
    [InlineData(100, 100, 50.0, null, 50.0)] // the rate so far
    [InlineData(4, 100, 16.0, 8.0, 300.0)] // half of it from before: 4 s a run now, 2 s before
    [InlineData(100, 0, 50.0, 8.0, 0.0)]
    public void The_rate_so_far_decides_and_first_what_the_flow_took_before(int done, int left, double elapsed, double? usual, double? expected) =>
        Assert.Equal(S(expected), TimeLeft.Of(done, left, TimeSpan.FromSeconds(elapsed), S(usual), atOnce: 4));

    [Theory]
    [InlineData(0.2, "about 1 s left")]
    [InlineData(89, "about 89 s left")]
    [InlineData(120, "about 2 min left")]
    [InlineData(9000, "about 2.5 h left")]
    public void It_is_said_no_more_exactly_than_it_is_known(double seconds, string text) =>
        Assert.Equal(text, TimeLeft.Describe(TimeSpan.FromSeconds(seconds)));
}
