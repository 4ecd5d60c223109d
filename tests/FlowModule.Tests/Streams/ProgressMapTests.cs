using System.Management.Automation;
using FlowModule.Engine.FanOuts;
using FlowModule.Streams;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Tests.Streams;

/// <summary>When a fan-out shows how far it is: soon, not too often, and not where nobody wants it.</summary>
public sealed class ProgressMapTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FanOutCounts _counts;
    private readonly ProgressMap _map;
    private bool _isWanted = true;
    private int _asked;

    public ProgressMapTests()
    {
        _counts = new FanOutCounts(_time, total: 200);
        _map = new ProgressMap("Subflows", _time, IsWanted) { Counts = _counts };
    }

    private bool IsWanted()
    {
        _asked++;
        return _isWanted;
    }

    private ProgressRecord? After(double milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        return _map.Bar();
    }

    [Fact]
    public void A_fan_out_shows_what_it_does_within_its_first_half_second()
    {
        _counts.Added();

        Assert.Null(After(300));
        ProgressRecord bar = After(199)!;
        Assert.Equal("0 of 200 done; 1 running, 199 waiting", bar.StatusDescription);
        Assert.Equal(("Subflows", 0), (bar.Activity, bar.PercentComplete));
    }

    [Fact]
    public void It_is_shown_at_most_five_times_a_second_and_only_when_it_says_something_else()
    {
        var ended = new FlowState(new FlowRun(new Flow("f", ScriptBlock.Create("1")), parent: null, _time), StateType.Completed, _time.GetLocalNow());
        int shown = 0;
        for (int i = 0; i < 100; i++)
        {
            _counts.Added();
            _counts.Ended(ended);
            shown += After(10) is null ? 0 : 1;
        }

        Assert.Equal(4, shown);
        Assert.Null(After(1000));
        _counts.Added();
        Assert.NotNull(After(200));
    }

    [Fact]
    public void The_time_that_is_left_is_told_by_the_rate_so_far()
    {
        _counts.Added();
        _counts.Ended(new FlowState(new FlowRun(new Flow("f", ScriptBlock.Create("1")), parent: null, _time), StateType.Completed, _time.GetLocalNow()));

        Assert.Equal(199, After(1000)!.SecondsRemaining);
    }

    [Fact]
    public void One_run_alone_has_no_bar()
    {
        var counts = new FanOutCounts(_time, total: null);
        _map.Counts = counts;
        counts.Added();

        Assert.Null(After(10_000));
        Assert.Empty(_map.EndAll());
    }

    [Fact]
    public void Where_it_is_not_wanted_that_is_asked_once_and_nothing_is_shown()
    {
        _isWanted = false;
        _counts.Added();

        Assert.Null(After(100));
        Assert.Equal(0, _asked);
        Assert.Null(After(400));
        Assert.Null(After(400));
        Assert.Equal(1, _asked);
        Assert.Empty(_map.EndAll());
    }

    [Fact]
    public void The_bar_is_taken_down_at_the_end_and_says_how_it_ended()
    {
        _counts.Added();
        ProgressRecord bar = After(500)!;
        _counts.Complete();

        ProgressRecord[] end = [.. _map.EndAll()];

        Assert.Equal([ProgressRecordType.Processing, ProgressRecordType.Completed], end.Select(record => record.RecordType));
        Assert.All(end, record => Assert.Equal(bar.ActivityId, record.ActivityId));
    }

    [Fact]
    public void Without_a_terminal_a_line_says_so_each_ten_seconds_at_most_of_all_fan_outs()
    {
        var lines = new ProgressLines(_time);
        _counts.Added();

        Assert.Equal("Subflows: 0 of 200 done; 1 running, 199 waiting.", lines.Next("Subflows", _counts)!.Text);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Null(lines.Next("Tasks", _counts));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(lines.Next("Tasks", _counts));
    }
}
