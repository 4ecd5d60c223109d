using FlowModule.History;

namespace FlowModule.Tests.Looking;

public sealed class CopyFlowHistoryTests : LookingTest
{
    private string Copy { get; }

    public CopyFlowHistoryTests()
    {
        Copy = Path.Combine(Folder.FullPath, "copy.db");
        Session.Set("copy", Copy);
    }

    [Fact]
    public void A_history_is_copied_and_goes_on_there()
    {
        File.End(File.Start("flow", "first"), result: "done");

        Assert.Equal([1L, Copy], Values("$copied = Copy-FlowHistory $copy -HistoryPath $history; $copied.RunCount; $copied.Path"));
        Assert.Equal(["done", "Completed"], Values("$run = Get-FlowRun first -HistoryPath $copy; $run.Result; \"$($run.State)\""));

        Values("New-Flow next { 'next' } -RunName second | Invoke-Flow -HistoryPath $copy | Out-Null");
        Assert.Equal(["second", "first"], Names("Get-FlowRun -HistoryPath $copy"));
        Assert.Equal(["first"], Names("Get-FlowRun -HistoryPath $history"));
    }

    [Fact]
    public void A_copy_is_shown_and_not_made_with_WhatIf()
    {
        File.End(File.Start("flow", "first"));

        Assert.Empty(Values("Copy-FlowHistory $copy -HistoryPath $history -WhatIf"));
        Assert.False(System.IO.File.Exists(Copy));
    }

    [Fact]
    public void What_cannot_be_copied_is_refused()
    {
        FlowRun run = File.Start("flow", "first");
        Refused("FlowHistoryInUse", "Copy-FlowHistory $copy -HistoryPath $history");
        File.End(run);
        Refused("FlowHistorySame", "Copy-FlowHistory $history -HistoryPath $history");
        Refused("FlowHistoryNotFound", "Copy-FlowHistory $history -HistoryPath \"$copy-none\"");

        // This process uses the destination, which does not matter as long as it has no runs.
        Values("$null = Get-FlowHistory -HistoryPath $copy; Set-FlowHistory -KeepDays 7 -HistoryPath $history; $null = Copy-FlowHistory $copy -HistoryPath $history");
        Assert.Equal(7, Value("(Get-FlowHistory -HistoryPath $copy).KeepDays"));
        Refused("FlowHistoryNotEmpty", "Copy-FlowHistory $copy -HistoryPath $history");
    }

    protected override void Dispose(bool disposing)
    {
        Histories.Close(Copy);
        base.Dispose(disposing);
    }

    private void Refused(string id, string script) => Assert.StartsWith(id + ",", Run(script).OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
}
