using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Looking;

public sealed class RemoveFlowRunTests : LookingTest
{
    [Theory]
    [InlineData("Remove-FlowRun one -HistoryPath $history", "two")]
    [InlineData("Remove-FlowRun o*, two -HistoryPath $history", "")]
    [InlineData("Get-FlowRun one -HistoryPath $history | Remove-FlowRun", "two")]
    [InlineData("Remove-FlowRun -Id (Get-FlowRun two -HistoryPath $history).Id -HistoryPath $history", "one inside")]
    [InlineData("Remove-FlowRun -State Failed -HistoryPath $history", "one inside")]
    [InlineData("Remove-FlowRun -OlderThan 30m -HistoryPath $history", "")]
    [InlineData("Remove-FlowRun -OlderThan 2h -HistoryPath $history", "one inside two")]
    [InlineData("Remove-FlowRun o* -OlderThan 30m -State Failed -HistoryPath $history", "one inside two")]
    [InlineData("Remove-FlowRun inside -HistoryPath $history", "one two")]
    [InlineData("Remove-FlowRun * -HistoryPath $history -WhatIf", "one inside two")]
    public void Runs_go_with_all_inside_of_them(string script, string left)
    {
        MakeRuns();

        Assert.Empty(Values(script));

        Assert.Equal(left.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), Names("Get-FlowRun * -HistoryPath $history").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_runs_stays_and_is_an_error_if_it_was_named()
    {
        MakeRuns();
        File.Start("running", "running");

        ScriptResult result = Run("Remove-FlowRun running, two -HistoryPath $history");

        Assert.StartsWith("FlowRunNotOver,", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.InvalidOperation, result.OnlyError.CategoryInfo.Category);
        Assert.Equal("running", Assert.IsType<FlowRunRecord>(result.OnlyError.TargetObject).Name);
        Assert.Equal(["running", "one"], Names("Get-FlowRun -HistoryPath $history"));
        Assert.Empty(Values("Remove-FlowRun -OlderThan 1m -HistoryPath $history"));
        Assert.Equal(["running"], Names("Get-FlowRun -HistoryPath $history"));
    }

    [Fact]
    public void A_run_stays_while_one_inside_of_it_is_not_over()
    {
        FlowRun top = File.Start("top", "top");
        File.Start("left", "left", top);
        File.End(top);

        Assert.StartsWith("FlowRunNotOver,", Run("Remove-FlowRun top -HistoryPath $history").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(["top"], Names("Get-FlowRun -HistoryPath $history"));
    }

    [Fact]
    public void Without_a_choice_nothing_is_removed()
    {
        MakeRuns();

        Assert.StartsWith("FlowRunMissing,", Run("Remove-FlowRun -HistoryPath $history").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(["two", "one"], Names("Get-FlowRun -HistoryPath $history"));
    }

    [Fact]
    public void A_name_that_is_not_there_is_an_error()
    {
        MakeRuns();

        Assert.StartsWith("FlowRunNotFound,", Run("Remove-FlowRun nobody -HistoryPath $history").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    private void MakeRuns()
    {
        FlowRun one = File.Start("flow", "one");
        File.End(File.Start("sub", "inside", one), "bad");
        File.End(one);
        File.End(File.Start("flow", "two"), "bad");
    }
}
