using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Policies;

/// <summary>All runs of a call are run, and whether it has failed is judged at the end.</summary>
public sealed class FailWhenTests : FlowTest
{
    private const string Four = "1..4 | Start-Subflow { if ($_ -eq 2) { throw 'two' }; $_ }";

    [Theory]
    [InlineData("25%", "-Parallel", true)]
    [InlineData("25%", "", true)]
    [InlineData("24.9%", "-Parallel", false)]
    [InlineData("1", "", true)]
    [InlineData("0", "-Parallel", false)]
    [InlineData("{ $_.Where{ -not $_.IsCompleted }.Count -gt 1 }", "-Parallel", true)]
    [InlineData("{ $args[0].Count -eq 4 }", "", false)]
    public void The_flow_around_completes_unless_too_many_failed(string when, string how, bool isEnough)
    {
        when = when.StartsWith('{') ? when : $"'{when}'";
        foreach (string body in new[] { $"{Four} {how} -FailWhen {when}", $"$null = {Four} {how} -FailWhen {when}" })
        {
            ScriptResult result = Run($"New-Flow parent {{ {body} }} | Invoke-Flow");

            FlowState state = result.States[^1];
            Assert.Equal(isEnough ? StateType.Completed : StateType.Failed, state.Type);
            Assert.Equal(isEnough ? "3/4 states completed, which -FailWhen allows." : "1/4 states failed.", Counted.States(state.Message));
            Assert.Equal(isEnough ? [] : ["FlowFailWhen", "FlowRunFailed"], result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        }
    }

    [Fact]
    public void All_are_run_and_all_states_are_given()
    {
        ScriptResult result = Run("1..20 | Start-Subflow { throw 'no' } -Parallel -FailWhen 10%");

        Assert.Equal(20, result.States.Length);
        Assert.StartsWith("20 of 20 subflow runs did not complete, which is too many according to -FailWhen 10%. Flow run '", result.OnlyError.ToString(), StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.LimitsExceeded, result.OnlyError.CategoryInfo.Category);
    }

    [Fact]
    public void Where_a_script_stops_at_errors_only_the_whole_ends_it() =>
        Assert.Equal(["went on", "FlowFailWhen,FlowModule.Commands.StartSubflowCommand"], Values($$"""
            $ErrorActionPreference = 'Stop'
            $null = {{Four}} -FailWhen 50%
            'went on'
            try { $null = {{Four}} -FailWhen 0; 'not reached' } catch { $_.FullyQualifiedErrorId }
            """));

    [Fact]
    public void Failures_of_other_fan_outs_of_the_flow_count()
    {
        FlowState state = Run($"New-Flow parent {{ {Four} -FailWhen 50%; Start-Subflow {{ throw 'other' }} }} | Invoke-Flow -ErrorAction Ignore").States[^1];

        Assert.Matches(@"^1/5 states failed\. Subflow run '\S+': RuntimeException: other$", state.Message);
    }

    [Theory]
    [InlineData("50%", "1 3 4")]
    [InlineData("0", "1 3 4 FlowFailWhen,FlowModule.Commands.InvokeFlowTaskCommand")]
    public void Tasks_give_what_completed_and_throw_only_for_the_whole(string when, string given) =>
        Assert.Equal(given, string.Join(' ', Values($$"""
            try { 1..4 | Invoke-FlowTask t { if ($_ -eq 2) { throw 'two' }; $_ } -Parallel -FailWhen {{when}} } catch { $_.FullyQualifiedErrorId }
            """)));

    [Theory]
    [InlineData("-FailWhen often", "FlowFailWhenInvalid")]
    [InlineData("-FailWhen 101%", "FlowFailWhenInvalid")]
    [InlineData("-FailWhen -1", "FlowFailWhenInvalid")]
    [InlineData("-FailWhen 1 -First 1", "FlowFailWhenNotWhole")]
    [InlineData("-FailWhen 1 -AsJob", "FlowFailWhenNotWhole")]
    public void What_makes_no_sense_is_refused_before_anything_runs(string how, string id)
    {
        ScriptResult result = Run($"{Four} {how}");

        Assert.Empty(result.States);
        Assert.Equal(id, result.OnlyError.FullyQualifiedErrorId.Split(',')[0]);
    }
}
