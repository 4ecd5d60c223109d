using FlowModule.Tests.Support;

namespace FlowModule.Tests.Policies;

/// <summary>Fan-outs that stop when too many runs have failed, and fan-outs that start a few first.</summary>
public sealed class WaveTests : FlowTest
{
    public static TheoryData<string> Ways =>
    [
        "Start-Subflow { %body% } %how% -ErrorAction SilentlyContinue",
        "Start-Subflow { %body% } %how% -ErrorAction SilentlyContinue -Parallel -ThrottleLimit 1",
        "Start-Subflow { %body% } %how% -ErrorAction SilentlyContinue -Parallel -ThrottleLimit 1 -AsJob | Wait-Job | Receive-Job -ErrorAction SilentlyContinue",
        "Invoke-FlowTask t { %body% } %how% -ReturnState",
        "Invoke-FlowTask t { %body% } %how% -ReturnState -Parallel -ThrottleLimit 1",
    ];

    [Theory]
    [MemberData(nameof(Ways))]
    public void MaxFailures_is_how_many_may_fail(string way)
    {
        Assert.Equal("FFFCCCCCCC", Names(way, "throw 'no'", "-MaxFailures 2"));
        Assert.Equal("FFDDDDDDDD", Names(way, "if ($_ -le 2) { throw 'no' }", "-MaxFailures 2"));
        Assert.Equal("FCCCCCCCCC", Names(way, "throw 'no'", "-MaxFailures 0"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void MaxFailurePercent_is_of_all(string way)
    {
        Assert.Equal("FFFCCCCCCC", Names(way, "throw 'no'", "-MaxFailurePercent 20"));
        Assert.Equal("FFDDDDDDDD", Names(way, "if ($_ -le 2) { throw 'no' }", "-MaxFailurePercent 20"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_wave_with_a_failure_is_the_last(string way)
    {
        Assert.Equal("FCCCCCCCCC", Names(way, "throw 'no'", "-Wave 1, 50%"));
        Assert.Equal("DDFCCCCCCC", Names(way, "if ($_ -eq 3) { throw 'no' }", "-Wave 1, 50%, 100%"));
        Assert.Equal("DDDDDDDDDD", Names(way, "1", "-Wave 1, 50%"));
        Assert.Equal("DDFDDDDDDD", Names(way, "if ($_ -eq 3) { throw 'no' }", "-Wave 1, 50% -MaxFailures 1"));
    }

    [Fact]
    public void The_second_wave_starts_only_when_the_first_has_ended()
    {
        using var gate = new Gate(2);
        var order = new System.Collections.Concurrent.ConcurrentQueue<string>();
        Session.Set("gate", gate);
        Session.Set("log", new Log(order));
        using var script = new RunningScript(Session, """
            1..4 | Invoke-FlowTask t { if ($_ -le 2) { $gate.ArriveAndWait() }; $log.Add($(if ($_ -le 2) { 'first' } else { 'second' })) } -Parallel -ThrottleLimit 4 -Wave 2
            """);
        gate.WaitForArrivals();
        gate.Open();
        script.WaitForEnd();

        Assert.Equal(["first", "first", "second", "second"], order);
    }

    [Theory]
    [InlineData("Start-Subflow { 1 } -Wave 1")]
    [InlineData("Invoke-FlowTask t { 1 } -MaxFailures 1 -ReturnState")]
    [InlineData("Start-Subflow { param($x) 1 } -Map @{ x = 1 } -Wave 1 -Parallel")]
    public void A_single_run_is_a_wave_too(string call) => Assert.Equal("Completed", Value($"({call}).Name"));

    [Theory]
    [InlineData("@() | Start-Subflow { 1 } -Wave 1")]
    [InlineData("@() | Invoke-FlowTask t { 1 } -MaxFailurePercent 10 -Parallel")]
    public void So_is_none(string call) => Assert.Empty(Values(call));

    private string Names(string way, string body, string how) => string.Concat(Run(
        "1..10 | " + way.Replace("%body%", body, StringComparison.Ordinal).Replace("%how%", how, StringComparison.Ordinal))
        .States.OrderBy(state => state.Run.InputObject).Select(state => state.Name switch { "Completed" => 'D', "Failed" => 'F', "Cancelled" => 'C', _ => '?' }));
}
