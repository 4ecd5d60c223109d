using System.Text.RegularExpressions;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Streams;

/// <summary>The log lines about runs: their content, and how to show or silence them.</summary>
public sealed partial class LogLineTests : FlowTest
{
    private const string MainJob = """
        $subflows = 1..2 | ForEach-Object { New-Flow "subflow-$_" { Write-Host "$($FlowRun.FlowName) started!" } }
        New-Flow main-flow { $subflows | Start-Subflow -Parallel } | Invoke-Flow
        """;

    [Fact]
    public void The_lines_tell_of_the_beginning_and_the_end_of_each_run()
    {
        ScriptResult result = Run(MainJob).Clean();

        string[] lines = [.. result.HostText.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Generalize)];
        Assert.Equal("<time> | Beginning flow run <name> for flow 'main-flow'...", lines[0]);
        Assert.Equal("<time> | Flow run <name> finished in state Completed(message='All states completed.', type=COMPLETED)", lines[^1]);
        foreach (string flow in new[] { "subflow-1", "subflow-2" })
        {
            Assert.Single(lines, $"<time> | Beginning subflow run <name> for flow '{flow}'...");
            Assert.Single(lines, $"{flow} started!");
        }

        Assert.Equal(2, lines.Count(line => line == "<time> | Subflow run <name> finished in state Completed(message=None, type=COMPLETED)"));
        Assert.Matches(@"^<time> \| 2 subflow runs ended in \d+\.\d{3} s: 2 Completed\.$", Assert.Single(lines, line => line.Contains(" ended in ", StringComparison.Ordinal)));
        Assert.Equal(9, lines.Length);
    }

    [Theory]
    [InlineData("-InformationAction Ignore")]
    [InlineData("-InformationAction SilentlyContinue")]
    [InlineData("6>$null")]
    public void The_lines_can_be_silenced(string how)
    {
        foreach (string call in new[] { "Invoke-Flow { 1 }", "Start-Subflow { 1 } -Parallel" })
        {
            Assert.Empty(Run($"{call} {how}").Clean().HostText);
        }
    }

    [Theory]
    [InlineData("$InformationPreference = 'SilentlyContinue'", "")]
    [InlineData("$global:InformationPreference = 'SilentlyContinue'", "")]
    [InlineData("$InformationPreference = [System.Management.Automation.ActionPreference]::SilentlyContinue", "")]
    [InlineData("$InformationPreference = 'Ignore'", "")]
    [InlineData("$InformationPreference = 'Continue'", "lines")]
    [InlineData("$old = $InformationPreference; $InformationPreference = 'SilentlyContinue'; $InformationPreference = $old", "lines")]
    [InlineData("", "lines")]
    public void The_preference_silences_the_lines_once_it_is_set(string set, string shown)
    {
        foreach (string call in new[]
        {
            "Invoke-Flow { 1 }", "Start-Subflow { 1 } -Parallel", "function Start-It { Invoke-Flow { 1 } }; Start-It",
            "Invoke-Flow { Start-Subflow { 1 } -Parallel } -InformationVariable told",
            "Start-Subflow { Start-Subflow { Invoke-Flow { 1 } } -Parallel } -Parallel",
        })
        {
            Assert.Equal(shown, Run($"& {{ {set}; {call} }}").Clean().HostText.Length > 0 ? "lines" : "");
        }
    }

    [Fact]
    public void A_function_that_is_told_to_be_silent_is_and_what_a_body_writes_shows() =>
        Assert.Equal("from the body\n", Run("""
            function Start-It { [CmdletBinding()] param() Invoke-Flow { Write-Host 'from the body' } }
            Start-It -InformationAction SilentlyContinue
            """).Clean().HostText);

    [Fact]
    public void The_lines_can_be_captured()
    {
        ScriptResult result = Run("$null = Invoke-Flow { 1 } -InformationVariable lines 6>$null; $lines.Count; \"$($lines[0])\"").Clean();

        Assert.Equal(2, result.Output[0]);
        Assert.Matches(Beginning(), Assert.IsType<string>(result.Output[1]));
    }

    // Two things vary: times of day, and the names of runs (after "run").
    [GeneratedRegex(@"\d\d:\d\d:\d\d\.\d\d\d|(?<=run )'[a-z]+-[a-z]+'", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex VariableParts();

    private static string Generalize(string line) =>
        VariableParts().Replace(line, match => match.Value[0] == '\'' ? "<name>" : "<time>");

    [GeneratedRegex(@"^\d\d:\d\d:\d\d\.\d\d\d \| Beginning flow run '[a-z]+-[a-z]+' for flow 'scriptblock'\.\.\.$", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Beginning();
}
