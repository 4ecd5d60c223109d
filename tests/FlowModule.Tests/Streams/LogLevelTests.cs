using System.Text.RegularExpressions;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Streams;

/// <summary>Which of the lines about runs come to the screen, by parameter and by preference.</summary>
public sealed partial class LogLevelTests : FlowTest
{
    private const string Job = """
        New-Flow main -RunName main {
            1..2 | Start-Subflow (New-Flow part { if ($_ -eq 2) { throw 'two' } } -RunName 'part-{_}') %how% -ErrorAction Ignore
            Invoke-FlowTask step { }
            $null = Start-FlowTask back { } | Wait-FlowTask
        } | Invoke-Flow -ErrorAction Ignore
        """;

    [GeneratedRegex(@"Beginning \w+ run '[\w-]+'|\w+ run '[\w-]+' finished in state \w+|\d flow runs ended|\d subflow runs ended", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Said();

    private string[] LinesOf(string script) => [.. Said().Matches(Run(script).HostText).Select(match => match.Value).Order(StringComparer.Ordinal)];

    private static string[] Expected(string level) => level switch
    {
        "All" =>
        [
            "2 subflow runs ended", "Beginning flow run 'main'", "Beginning subflow run 'part-1'", "Beginning subflow run 'part-2'", "Beginning task run 'back-0'", "Beginning task run 'step-0'",
            "Flow run 'main' finished in state Failed", "Subflow run 'part-1' finished in state Completed", "Subflow run 'part-2' finished in state Failed",
            "Task run 'back-0' finished in state Completed", "Task run 'step-0' finished in state Completed",
        ],
        "Flows" => ["2 subflow runs ended", "Beginning flow run 'main'", "Flow run 'main' finished in state Failed", "Subflow run 'part-2' finished in state Failed"],
        "Failures" => ["2 subflow runs ended", "Flow run 'main' finished in state Failed", "Subflow run 'part-2' finished in state Failed"],
        _ => [],
    };

    [Theory]
    [InlineData("All")]
    [InlineData("Flows")]
    [InlineData("Failures")]
    [InlineData("None")]
    public void The_level_holds_for_all_that_runs_inside(string level)
    {
        foreach (string how in new[] { "", "-Parallel" })
        {
            string job = Job.Replace("%how%", how, StringComparison.Ordinal);
            Assert.Equal(Expected(level), LinesOf($"$null = {job} -LogLevel {level}"));
            Assert.Equal(Expected(level), LinesOf($"& {{ $FlowLogPreference = '{level}'; $null = {job} }}"));
        }
    }

    [Fact]
    public void The_parameter_goes_before_the_preference() =>
        Assert.Equal(["Beginning flow run 'main'", "Flow run 'main' finished in state Completed"], LinesOf("""
            & { $FlowLogPreference = 'None'; $null = New-Flow main -RunName main { } | Invoke-Flow -LogLevel Flows }
            """));

    [Fact]
    public void What_bodies_write_and_warnings_are_no_lines_about_runs()
    {
        ScriptResult result = Run("$null = Invoke-Flow { Write-Host 'from the body'; Write-Warning 'careful' } -LogLevel None");

        Assert.Equal(["from the body"], result.Lines);
        Assert.Equal(["careful"], result.Warnings);
    }

    [Fact]
    public void The_history_has_all_of_them() =>
        Assert.Equal(["Running", "Completed"], Values("(Get-FlowLog (Invoke-Flow { } -LogLevel None) | Where-Object IsState).Message").Select(message => ((string)message!).Split(' ', '(')[0]));

    [Fact]
    public void Another_value_of_the_preference_is_an_error_before_anything_runs()
    {
        ScriptResult result = Run("& { $FlowLogPreference = 'Few'; Invoke-Flow { 1 } }");

        Assert.Equal("FlowLogPreferenceInvalid", result.OnlyError.FullyQualifiedErrorId.Split(',')[0]);
        Assert.Empty(result.States);
    }
}
