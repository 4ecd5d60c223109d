using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>Runs that are stopped from another process.</summary>
public sealed class StopElsewhereTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Write-Host 'ready'; Start-Sleep 3600")]
    [InlineData("Write-Host 'ready'; while ($true) { }")]
    [InlineData("Invoke-FlowTask { Write-Host 'ready'; Start-Sleep 3600 }")]
    [InlineData("Write-Host 'ready'; $null = [Threading.Tasks.Task]::Delay(3600000, $FlowRun.CancellationToken).GetAwaiter().GetResult()")]
    [InlineData("1..2 | Start-Subflow -Parallel -ThrottleLimit 2 { if ($_ -eq 2) { Write-Host 'ready' }; Start-Sleep 3600 }")]
    [InlineData("Start-Subflow { Write-Host 'ready'; Start-Sleep 3600 } -Isolation Process")]
    public void Its_finally_blocks_run_and_its_script_goes_on_after_it(string body)
    {
        string path = _folder.Add($$"""
            New-Flow work { try { {{body}} } finally { [IO.File]::WriteAllText("$PSScriptRoot/finally", 'done') } } -RunName 'the-run' |
                Invoke-Flow -ErrorAction SilentlyContinue | ForEach-Object { "$($_.Name): $($_.Message)"; $_.Run.States.ForEach('Name') -join ' ' }
            'after'
            """, "work.ps1");
        using FlowProcess working = FlowProcess.StartScriptAt(_folder.PathOf("home"), path);
        working.WaitForLines("ready");

        FlowResult stop = Run("Stop-FlowRun the-run -Wait -PassThru | ForEach-Object { \"$($_.Name) $($_.State)\" }");

        Assert.Equal((0, "the-run Cancelled", string.Empty), (stop.ExitCode, stop.Output, stop.Error));
        FlowResult result = working.WaitForExit();
        Assert.Equal("done", File.ReadAllText(_folder.PathOf("finally")));
        Assert.Equal(["Cancelled: Stopped by Stop-FlowRun.", "Pending Running Cancelling Cancelled", "after"], result.Lines.TakeLast(3));
        Assert.Equal(3, result.ExitCode);
    }

    [Fact]
    public void One_that_cannot_be_interrupted_is_ended_with_its_process_and_what_that_has_started()
    {
        string path = _folder.Add("""
            New-Flow stuck -RunName 'the-run' {
                1..2 | Start-Subflow -Parallel -ThrottleLimit 2 -Isolation Process {
                    [IO.File]::WriteAllText("$PSScriptRoot/new-$_", "$PID")
                    [IO.File]::Move("$PSScriptRoot/new-$_", "$PSScriptRoot/worker-$_")
                    [Threading.Thread]::Sleep(-1)
                } -AsJob | Out-Null
                while (@([IO.Directory]::GetFiles($PSScriptRoot, 'worker-*')).Count -lt 2) { Start-Sleep -Milliseconds 20 }
                Write-Host 'ready'
                [Threading.Thread]::Sleep(-1)
            } | Invoke-Flow
            """, "work.ps1");
        using FlowProcess stuck = FlowProcess.StartScriptAt(_folder.PathOf("home"), path);
        stuck.WaitForLines("ready");

        FlowResult stop = Run("Stop-FlowRun the-run -Force -GraceSeconds 0 -PassThru | ForEach-Object { \"$($_.Name) $($_.State): $($_.State.Message)\" }");

        Assert.Equal($"the-run Cancelled: Process {stuck.Id} was ended by Stop-FlowRun -Force: 'the-run' had not stopped after 0 second(s).", stop.Output);
        Assert.Equal((0, string.Empty), (stop.ExitCode, stop.Error));
        Assert.NotEqual(0, stuck.WaitForExit().ExitCode);
        Assert.All(Directory.GetFiles(Path.GetDirectoryName(path)!, "worker-*"), file =>
        {
            int worker = int.Parse(File.ReadAllText(file), System.Globalization.CultureInfo.InvariantCulture);
            FlowProcess.WaitForDeath(worker);
        });
    }

    [Fact]
    public void All_that_match_a_pattern_are_stopped_wherever_they_run()
    {
        FlowProcess[] working = [.. Enumerable.Range(1, 2).Select(i => FlowProcess.StartScriptAt(
            _folder.PathOf("home"), _folder.Add($"Invoke-Flow (New-Flow work {{ Write-Host 'ready'; Start-Sleep 3600 }} -RunName 'run-{i}')", $"work-{i}.ps1")))];
        Array.ForEach(working, process => process.WaitForLines("ready"));

        FlowResult stop = Run("Stop-FlowRun run-* -Wait -PassThru | ForEach-Object Name | Sort-Object");

        Assert.Equal(["run-1", "run-2"], stop.Lines);
        Assert.All(working, process => Assert.Equal(3, process.WaitForExit().ExitCode));
        Array.ForEach(working, process => process.Dispose());
    }

    private FlowResult Run(string script)
    {
        using FlowProcess process = FlowProcess.StartScriptAt(_folder.PathOf("home"), _folder.Add(script, "other.ps1"));
        return process.WaitForExit();
    }
}
