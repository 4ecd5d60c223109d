using System.Management.Automation;

namespace FlowModule.Tests.Looking;

public sealed class FlowHistoryTests : LookingTest
{
    [Fact]
    public void A_history_tells_of_itself()
    {
        FlowRun top = File.Start("top", "top");
        File.Log(top, "line");
        File.End(File.Start("sub", "sub", top));
        File.End(top);

        var history = (FlowHistory)Value("Get-FlowHistory -HistoryPath $history")!;

        Assert.Equal((File.Path, false, 2L, 1L, 1L), (history.Path, history.IsOn, history.RunCount, history.TopRunCount, history.LogCount));
        Assert.True(history.Size > 0);
        Assert.Equal(top.States[0].Timestamp.ToUnixTimeMilliseconds(), history.OldestRunTime!.Value.ToUnixTimeMilliseconds());
        Assert.Equal((90, null), (history.KeepDays, history.KeepRuns));
    }

    [Fact]
    public void What_is_set_stays_and_what_is_not_set_too()
    {
        File.End(File.Start("a", "a"));

        Assert.Empty(Values("Set-FlowHistory -KeepDays 30 -HistoryPath $history"));
        Assert.Equal([30, 500], Values("$set = Set-FlowHistory -KeepRuns 500 -PassThru -HistoryPath $history; $set.KeepDays; $set.KeepRuns"));
        Assert.Equal([null, 500], Values("Set-FlowHistory -KeepDays $null -HistoryPath $history; $set = Get-FlowHistory -HistoryPath $history; $set.KeepDays; $set.KeepRuns"));
        Assert.Equal([500], Values("Set-FlowHistory -KeepRuns 1 -HistoryPath $history -WhatIf; (Get-FlowHistory -HistoryPath $history).KeepRuns"));
    }

    [Theory]
    [InlineData("-KeepDays 0")]
    [InlineData("-KeepRuns -1")]
    [InlineData("-KeepLogSize 1000")]
    public void To_keep_nothing_is_refused(string parameters)
    {
        File.End(File.Start("a", "a"));

        Assert.StartsWith("FlowRetentionInvalid,", Run($"Set-FlowHistory {parameters} -HistoryPath $history").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(90, Value("(Get-FlowHistory -HistoryPath $history).KeepDays"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-PassThru")]
    public void A_call_without_a_setting_is_refused_and_names_the_settings(string parameters)
    {
        File.End(File.Start("a", "a"));

        ErrorRecord error = Run($"Set-FlowHistory {parameters} -HistoryPath $history").OnlyError;

        Assert.StartsWith("FlowRetentionMissing,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("Set-FlowHistory needs a setting: -KeepDays, -KeepRuns or -KeepLogSize. Get-FlowHistory shows the settings.", error.Exception.Message);
    }

    [Fact]
    public void How_much_of_a_log_is_kept_is_set_as_well()
    {
        File.End(File.Start("a", "a"));

        Assert.Equal(10_000_000L, Value("(Get-FlowHistory -HistoryPath $history).KeepLogSize"));
        Assert.Equal([1_048_576L, 90], Values("$set = Set-FlowHistory -KeepLogSize 1MB -PassThru -HistoryPath $history; $set.KeepLogSize; $set.KeepDays"));
        Assert.Null(Value("(Set-FlowHistory -KeepLogSize $null -PassThru -HistoryPath $history).KeepLogSize"));
    }

    [Fact]
    public void The_usual_history_is_on()
    {
        Assert.Equal([true, "history.db"], Values("$usual = Get-FlowHistory; $usual.IsOn; [IO.Path]::GetFileName($usual.Path)"));
    }
}
