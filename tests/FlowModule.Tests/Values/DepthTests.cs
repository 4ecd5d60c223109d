using System.Management.Automation;
using FlowModule.Serialization;
using FlowModule.Tests.History;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Values;

/// <summary>Deeply nested values are complete, or refused with a message.</summary>
public sealed class DepthTests : HistoryTest
{
    [Fact]
    public void Sixty_levels_go_through_a_resume()
    {
        Run("""
            $x = 'leaf'; 1..60 | ForEach-Object { $x = @{ k = $x } }
            New-Flow deep -RunName deep { param($V) if ($FlowRun.Attempt -eq 1) { throw 'x' }; foreach ($i in 1..60) { $V = $V.k }; $V } | Invoke-Flow -Parameters @{ V = $x } -HistoryPath $h
            """);

        Assert.Equal("leaf", Run("Resume-FlowRun deep -HistoryPath $h").Clean().Result);
    }

    [Fact]
    public void What_is_deeper_than_any_data_is_not_kept_and_a_resume_says_so_before_anything_runs()
    {
        Session.Set("x", ValueTable.Nested(400));
        Run("New-Flow deep -RunName deep { param($V) throw 'x' } | Invoke-Flow -Parameters @{ V = $x } -HistoryPath $h");

        ErrorRecord error = Run("Resume-FlowRun deep -HistoryPath $h").OnlyError;

        Assert.StartsWith("FlowParametersNotKept,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("more than 200 levels deep", HistorySecret.NoteOf(ParameterOf(RunOf("deep"), "V")), StringComparison.Ordinal);
        Assert.Equal(1, RunOf("deep").Attempt);
    }

    [Theory]
    [InlineData("{ param($V) 'ran' } -Parameters @{ V = $x }")]
    [InlineData("{ 'ran'; $null = $x }")]
    public void Nor_does_it_go_to_a_process_of_its_own(string subflow)
    {
        Session.Set("x", ValueTable.Nested(400));

        ScriptResult result = Run($"Start-Subflow -Isolation Process {subflow}");

        Assert.Equal(StateType.Failed, result.State.Type);
        Assert.StartsWith("FlowValueTooDeep", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("more than 200 levels deep", result.State.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nor_comes_back_from_one()
    {
        ScriptResult result = Run("Start-Subflow -Isolation Process { $x = 'leaf'; foreach ($i in 1..400) { $x = @{ k = $x } }; $x }");

        Assert.Equal(StateType.Failed, result.State.Type);
        Assert.Contains("more than 200 levels deep", result.State.Message, StringComparison.Ordinal);
    }
}
